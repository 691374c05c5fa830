/// Finds the word that someone may have meant.
public enum Spelling {
    /// The one of `candidates` that is nearest to `word`, when it is near enough to be a slip:
    /// at most a third of its characters changed, added or left out.
    ///
    /// Only words of nearly the same length are compared, so that the work is bounded by the
    /// candidates, however long `word` is.
    public static func nearest(to word: String, among candidates: [String]) -> String? {
        var best: (distance: Int, word: String)?
        for candidate in candidates where mayBeMeant(candidate, by: word) {
            let distance = distance(word, candidate)
            guard distance <= slips(in: candidate) else { continue }
            if best.map({ (distance, candidate) < $0 }) ?? true { best = (distance, candidate) }
        }
        return best?.word
    }

    /// How many of `candidates` a word is compared with.
    static func comparisons(of word: String, among candidates: [String]) -> Int {
        candidates.count { mayBeMeant($0, by: word) }
    }

    private static func mayBeMeant(_ candidate: String, by word: String) -> Bool {
        abs(word.utf8.count - candidate.utf8.count) <= slips(in: candidate)
    }

    private static func slips(in candidate: String) -> Int { max(1, candidate.utf8.count / 3) }

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
