import ArgumentParser
import Testing

@testable import switchgear

@Suite("Settings of the client")
struct ClientSettingsTests {
    private func settings(
        url: String? = nil, token: String? = nil, _ environment: [String: String] = [:]
    ) throws -> ClientSettings {
        try ClientSettings(url: url, token: token, actor: nil, environment: environment)
    }

    @Test("an option wins over its variable, which wins over the default")
    func precedence() throws {
        let environment = ["SWITCHGEAR_URL": "http://b:2", "SWITCHGEAR_TOKEN": "t"]
        #expect(try settings().url == "http://127.0.0.1:8080")
        #expect(try settings(environment).url == "http://b:2")
        #expect(try settings(environment).token == "t")
        #expect(try settings(url: "http://a:1", token: "u", environment).url == "http://a:1")
        #expect(try settings(url: "http://a:1", token: "u", environment).token == "u")
    }

    @Test("an empty variable counts as not set")
    func emptyVariable() throws {
        let settings = try settings(["SWITCHGEAR_URL": "", "SWITCHGEAR_TOKEN": ""])
        #expect(settings.url == "http://127.0.0.1:8080")
        #expect(settings.token == nil)
    }

    @Test("an address may have a path, and loses the slashes at its end")
    func path() throws {
        #expect(try settings(url: "https://gw.example/plane//").url == "https://gw.example/plane")
        #expect(try settings(url: "http://[::1]:8080/").url == "http://[::1]:8080")
    }

    @Test(
        "what is no address is a usage error",
        arguments: [
            "localhost:8080", "ftp://host", "http://", "http://h?x=1", "http://h#x", "",
            "http://user:pass@host", "http://a b",
        ])
    func invalid(url: String) {
        #expect(throws: ValidationError.self) { try settings(url: url) }
    }

    @Test("a token cannot smuggle in a header field", arguments: ["a\r\nX: y", "", "\u{7F}"])
    func token(token: String) {
        #expect(throws: ValidationError.self) { try settings(token: token) }
    }
}
