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
