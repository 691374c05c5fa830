/// Finds the word that someone may have meant.
public enum Spelling {
    /// The one of `candidates` that is nearest to `word`, when it is near enough to be a slip:
    /// at most a third of its characters changed, added or left out.
    public static func nearest(to word: String, among candidates: [String]) -> String? {
        guard word.utf8.count <= 128 else { return nil }
        let near = candidates.map { (word: $0, distance: distance(word, $0)) }
            .filter { $0.distance <= max(1, $0.word.count / 3) }
        return near.min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
    }

    /// The Levenshtein distance, in O(n·m) time and O(m) space.
    static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let substituted = diagonal + (right[j] == character ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
