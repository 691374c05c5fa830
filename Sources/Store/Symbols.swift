internal import GRDB
import Resilience

/// The small numbers that stand for frequent words in the event table.
///
/// Belongs to the writer connection and is used on its queue alone.
struct Symbols {
    /// Actors come from outside, so the words kept in memory are bounded; the table has them all.
    static let maximumCached = 10_000

    private var ids: [ExactString: Int64] = [:]

    /// The number of `text`, new if need be.
    mutating func id(of text: String, in database: Database) throws -> Int64 {
        let word = ExactString(text)
        if let id = ids[word] { return id }
        let insert = try database.cachedStatement(
            sql: "INSERT INTO symbols (text) VALUES (?) ON CONFLICT DO NOTHING")
        try insert.execute(arguments: [text])
        let id = try Self.existing(text, in: database)
        guard let id else { throw StoreError(.unavailable, "a word could not be stored") }
        if ids.count >= Self.maximumCached { ids.removeAll() }
        ids[word] = id
        return id
    }

    /// Forgets what it knows; after a rollback its numbers may not exist.
    mutating func reset() { ids.removeAll() }

    /// The number of `text`; nil when it has none.
    static func existing(_ text: String, in database: Database) throws -> Int64? {
        let select = try database.cachedStatement(sql: "SELECT id FROM symbols WHERE text = ?")
        return try Int64.fetchOne(select, arguments: [text])
    }
}
