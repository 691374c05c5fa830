import Resilience
import TestSupport
import Testing

@Suite("Lists over HTTP")
struct ListTests {
    /// The values of `member` on all pages, and how many pages there were.
    private func all(
        _ server: TestServer, _ path: String, _ list: String, _ member: String,
        between: (Int) async throws -> Void = { _ in }
    ) async throws -> (values: [JSONValue], pages: Int) {
        var values: [JSONValue] = []
        var cursor: String?
        var pages = 0
        repeat {
            let place = cursor.map { "&cursor=\($0)" } ?? ""
            let reply = try await server.send(
                "GET \(path)\(path.contains("?") ? "&" : "?")limit=3\(place)")
            #expect(reply.status == 200, "\(reply.text)")
            values += (reply.at("/\(list)")?.array ?? []).compactMap { $0.at("/\(member)") }
            cursor = reply.at("/next")?.string
            pages += 1
            try await between(pages)
        } while cursor != nil && pages < 50
        return (values, pages)
    }

    private func put(_ server: TestServer, _ name: String, team: String = "a") async throws {
        let body = #"{"labels": {"team": "\#(team)"}, "spec": {"preset": "embed"}}"#
        let reply = try await server.send("PUT /v1/limiters/\(name)", body)
        #expect(reply.status < 300)
    }

    @Test("pages end early where their elements are large, and go on after the last one told")
    func large() async throws {
        try await TestServer.with { server in
            for number in 0..<6 {
                let body = String(repeating: "\(number % 10)", count: 900_000)
                let spec = #"{"strategies": [{"type": "static", "body": "\#(body)"}]}"#
                let reply = try await server.send(
                    "PUT /v1/fallbacks/f", #"{"spec": \#(spec)}"#)
                #expect(reply.status < 300)
            }
            for (path, list, member, count) in [
                ("/v1/events?type=policy.*&limit=1000", "events", "seq", 6),
                ("/v1/fallbacks/f/versions?limit=1000", "versions", "version", 6),
            ] {
                var (values, cursor, pages): ([JSONValue], String?, Int) = ([], nil, 0)
                repeat {
                    let place = cursor.map { "&cursor=\($0)" } ?? ""
                    let reply = try await server.send("GET \(path)\(place)")
                    #expect(reply.status == 200, "\(reply.text.prefix(500))")
                    #expect(reply.text.utf8.count < 8 << 20)
                    values += (reply.at("/\(list)")?.array ?? []).compactMap { $0.at("/\(member)") }
                    cursor = reply.at("/next")?.string
                    pages += 1
                } while cursor != nil && pages < 50
                #expect(pages > 1)
                #expect(values.count == count && Set(values.map(\.text)).count == count)
            }
        }
    }

    @Test(
        "policies come in pages, ordered by name, each once",
        arguments: [
            ("/v1/limiters", "limiters"), ("/v1/policies", "policies"),
            ("/v1/policies?kind=limiter", "policies"),
        ])
    func policies(path: String, list: String) async throws {
        try await TestServer.with { server in
            let names = ["0", "A", "Z", "a", "a-b", "a.b", "a0", "a_b", "b"]
            for name in names.reversed() { try await put(server, name) }
            let found = try await all(server, path, list, "name")
            let order = names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
            #expect(found.values == order.map { .string($0) })
            #expect(found.pages == 3)
        }
    }

    @Test("a cursor stays good while others write")
    func steady() async throws {
        try await TestServer.with { server in
            for name in ["b", "d", "f", "h", "j", "l", "n"] { try await put(server, name) }
            let found = try await all(server, "/v1/limiters", "limiters", "name") { page in
                guard page == 1 else { return }
                _ = try await server.send("DELETE /v1/limiters/f")
                for name in ["a", "g"] { try await put(server, name) }
            }
            #expect(found.values == ["b", "d", "f", "g", "h", "j", "l", "n"])
        }
    }

    @Test("a label picks out policies that have exactly it")
    func labels() async throws {
        try await TestServer.with { server in
            for (name, team) in [("a", "x"), ("b", "y"), ("c", "x"), ("d", "x:y"), ("e", "")] {
                try await put(server, name, team: team)
            }
            for (label, names) in [
                ("team:x", ["a", "c"]), ("team:x%3Ay", ["d"]), ("team:", ["e"]), ("team:X", []),
                ("other:x", []),
            ] {
                for path in ["/v1/limiters", "/v1/policies"] {
                    let list = path == "/v1/limiters" ? "limiters" : "policies"
                    let found = try await all(server, "\(path)?label=\(label)", list, "name")
                    #expect(found.values == names.map { .string($0) }, "\(path) \(label)")
                }
            }
        }
    }

    @Test("a cursor is good for the list that gave it, and for no other")
    func otherLists() async throws {
        try await TestServer.with { server in
            for name in ["a", "b"] {
                for quota in 1...2 {
                    let body = #"{"spec": {"limits": [{"quota": \#(quota)}]}}"#
                    _ = try await server.send("PUT /v1/limiters/\(name)", body)
                    let path = "/v1/limiters/\(name)"
                    let key = #"{"key": "\#(quota)"}"#
                    _ = try await server.send("POST \(path)/acquire", key)
                    _ = try await server.send(
                        "PUT \(path)/assignments/\(quota)", #"{"unlimited": true}"#)
                }
            }
            let lists = [
                "/v1/limiters", "/v1/policies", "/v1/limiters/a/versions",
                "/v1/limiters/b/versions", "/v1/limiters/a/keys", "/v1/limiters/a/assignments",
                "/v1/events", "/v1/events?order=asc",
            ]
            func page(_ list: String, _ rest: String) async throws -> HTTPReply {
                try await server.send("GET \(list)\(list.contains("?") ? "&" : "?")\(rest)")
            }
            for list in lists {
                let cursor = try #require(try await page(list, "limit=1").at("/next")?.string)
                for other in lists {
                    let reply = try await page(other, "cursor=\(cursor)")
                    #expect(
                        reply.status == (other == list ? 200 : 422),
                        "\(list) \(other): \(reply.text)")
                }
                let changed = cursor.dropLast() + (cursor.hasSuffix("0") ? "1" : "0")
                #expect(try await page(list, "cursor=\(changed)").status == 422)
                #expect(try await page(list, "cursor=\(cursor.uppercased())").status == 422)
            }
        }
    }

    @Test("versions, keys, assignments and events come in pages")
    func others() async throws {
        try await TestServer.with { server in
            for quota in 1...7 {
                let body = #"{"spec": {"limits": [{"quota": \#(quota)}]}}"#
                _ = try await server.send("PUT /v1/limiters/a", body)
                let key = #"{"key": "k\#(quota)"}"#
                _ = try await server.send("POST /v1/limiters/a/acquire", key)
                let path = "/v1/limiters/a/assignments/k\(quota)"
                _ = try await server.send("PUT \(path)", #"{"unlimited": true}"#)
            }
            let keys = (1...7).map { JSONValue.string("k\($0)") }
            let numbers = (1...7).map { JSONValue.integer(Int64($0)) }
            let one = "/v1/limiters/a"
            #expect(try await all(server, "\(one)/keys", "keys", "key").values == keys)
            let assigned = try await all(server, "\(one)/assignments", "assignments", "key")
            #expect(assigned.values == keys)
            let versions = try await all(server, "\(one)/versions", "versions", "version")
            #expect(versions.values == numbers.reversed() && versions.pages == 3)
            let events = try await all(server, "/v1/events?order=asc", "events", "seq")
            #expect(events.values == (1...15).map { .integer($0) })
            let newest = try await all(server, "/v1/events", "events", "seq")
            #expect(newest.values == events.values.reversed())
        }
    }
}
