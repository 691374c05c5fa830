import Foundation
import Resilience
import TestSupport
import Testing

@testable import Store

@Suite("The lock of the file")
struct FileLockTests {
    @Test("keeps a second store off, and tells who holds it")
    func secondStore() throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        let error = #expect(throws: StoreError.self) { try Store(in: folder) }
        #expect(error?.code == .locked)
        let holder = "pid \(ProcessInfo.processInfo.processIdentifier)"
        #expect(error?.description.contains(holder) == true)
        try store.close()
    }

    @Test("is released when the store is closed")
    func released() throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try store.close()
        let next = try Store(in: folder)
        #expect(throws: StoreError.self) { try Store(in: folder) }
        try next.close()
        withExtendedLifetime(store) {}
    }

    @Test("is released when the store is forgotten")
    func forgotten() throws {
        let folder = try TemporaryFolder()
        var store: Store? = try Store(in: folder)
        #expect(store != nil)
        store = nil
        #expect(throws: Never.self) { try Store(in: folder) }
    }

    @Test("that was refused closes no file of others")
    func refusedClosesNothing() throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        for _ in 1...50 {
            #expect(throws: StoreError.self) { try Store(in: folder) }
        }
        #expect(throws: StoreError.self) { try Store(in: folder) }
        try store.close()
    }

    /// Other names of the database `switchgear.db` in a folder.
    enum OtherName: CaseIterable {
        case link, hardLink, linkToFolder, detour, linkToLink

        /// Makes the name, in a folder that has the database or is about to.
        func make(in folder: TemporaryFolder) throws -> String {
            let files = FileManager.default
            switch self {
            case .link:
                try files.createSymbolicLink(
                    atPath: folder.file("link.db"), withDestinationPath: "switchgear.db")
                return folder.file("link.db")
            case .hardLink:
                try files.linkItem(atPath: folder.file(), toPath: folder.file("hard.db"))
                return folder.file("hard.db")
            case .linkToFolder:
                try files.createSymbolicLink(
                    atPath: folder.file("here"), withDestinationPath: ".")
                return folder.file("here/switchgear.db")
            case .detour:
                try files.createDirectory(
                    atPath: folder.file("sub"), withIntermediateDirectories: true)
                return folder.file("sub/.././switchgear.db")
            case .linkToLink:
                try files.createSymbolicLink(
                    atPath: folder.file("far.db"), withDestinationPath: "near.db")
                try files.createSymbolicLink(
                    atPath: folder.file("near.db"), withDestinationPath: folder.file())
                return folder.file("far.db")
            }
        }
    }

    @Test("keeps off who comes by another name", arguments: OtherName.allCases)
    func otherName(name: OtherName) throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        let path = try name.make(in: folder)
        let error = #expect(throws: StoreError.self) { try Store(path: path, at: .epoch) }
        #expect(error?.code == .locked)
        try store.close()
        let other = try Store(path: path, at: .epoch)
        #expect(throws: StoreError.self) { try Store(in: folder) }
        try other.close()
    }

    @Test("is that of the file which a dangling link makes")
    func danglingLink() throws {
        let folder = try TemporaryFolder()
        let path = try OtherName.link.make(in: folder)
        let store = try Store(path: path, at: .epoch)
        let error = #expect(throws: StoreError.self) { try Store(in: folder) }
        #expect(error?.code == .locked)
        try store.close()
    }

    @Test("keeps off who comes after another file was put in its place")
    func replaced() throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try FileManager.default.moveItem(atPath: folder.file(), toPath: folder.file("old.db"))
        let error = #expect(throws: StoreError.self) { try Store(in: folder) }
        #expect(error?.code == .locked)
        try store.close()
    }

    @Test("tells when its file cannot be made")
    func noFolder() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: StoreError.self) {
            try Store(path: folder.file("none/here.db"), at: .epoch)
        }
        #expect(error?.code == .unusable)
        #expect(error?.description.contains("No such file or directory") == true)
    }
}
