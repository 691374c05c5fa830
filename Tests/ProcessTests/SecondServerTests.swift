import Foundation
import TestSupport
import Testing

@Suite("A second server on one database", .serialized, .timeLimit(.minutes(30)))
struct SecondServerTests {
    /// How the second server names the database, and in which folder it is started.
    struct OtherName: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var folder = ""
        let path: String
    }

    private static let names = [
        OtherName(testDescription: "a relative path", path: "data/test.db"),
        OtherName(
            testDescription: "a relative path from elsewhere", folder: "data", path: "./test.db"),
        OtherName(testDescription: "a symbolic link", path: "link.db"),
        OtherName(testDescription: "a hard link", path: "hard.db"),
        OtherName(testDescription: "a folder that is a symbolic link", path: "folder/test.db"),
    ]

    @Test("is refused whatever it calls it, and harms the first in nothing", arguments: names)
    func refused(name: OtherName) async throws {
        let directory = try TemporaryDirectory()
        let files = FileManager.default
        try files.createDirectory(
            at: directory.url.appendingPathComponent("data"), withIntermediateDirectories: true)
        let database = directory.path("data/test.db")
        let first = try await ServerProcess(database: database)
        try files.createSymbolicLink(
            atPath: directory.path("link.db"), withDestinationPath: "data/test.db")
        try files.linkItem(atPath: database, toPath: directory.path("hard.db"))
        try files.createSymbolicLink(
            atPath: directory.path("folder"), withDestinationPath: "data")
        let ended = try await Program.run(
            ["serve", "--port", "0", "--database", name.path],
            in: directory.url.appendingPathComponent(name.folder))
        #expect(ended.code != 0)
        #expect(ended.errors.contains("held by another process"), "\(ended.errors)")
        let put = try await first.send(
            "PUT /v1/limiters/api", #"{"spec": {"limits": [{"quota": 1}]}}"#)
        #expect(put.status == 201)
        #expect(await first.stop().code == 0)
    }
}
