internal import GRDB

extension Store {
    /// The version of SQLite that the file is kept by.
    public func sqliteVersion() async throws -> String {
        try await read { database in
            try String.fetchOne(database, sql: "SELECT sqlite_version()") ?? ""
        }
    }
}
