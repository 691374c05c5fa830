import Synchronization

/// What came in, in order. Guarded by a mutex.
final class Collected<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    /// Takes one more.
    func add(_ element: Element) { elements.withLock { $0.append(element) } }

    /// All that came.
    var all: [Element] { elements.withLock { $0 } }
}
