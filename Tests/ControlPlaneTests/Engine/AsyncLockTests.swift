import Synchronization
import TestSupport
import Testing

@testable import ControlPlane

@Suite("Locks for stretches that await")
struct AsyncLockTests {
    /// Something that tasks wait for until it is opened.
    private final class Gate: Sendable {
        private let isOpen = Mutex(false)

        func open() { isOpen.withLock { $0 = true } }

        func pass() async {
            while !isOpen.withLock(\.self) { await Task.yield() }
        }
    }

    /// What the tasks of a test change.
    private final class Shared<Value: Sendable>: Sendable {
        private let state: Mutex<Value>

        init(_ value: Value) { state = Mutex(value) }

        var value: Value { state.withLock(\.self) }

        func change<Answer: Sendable>(_ body: @Sendable (inout Value) -> Answer) -> Answer {
            state.withLock { body(&$0) }
        }
    }

    @Test("are shared by those who share, and by nobody else")
    func sharing() async {
        let (lock, gate) = (AsyncLock(), Gate())
        let inside = Shared(0)
        await withTaskGroup { group in
            for _ in 0..<10 {
                group.addTask {
                    await lock.withSharedLock {
                        inside.change { $0 += 1 }
                        await gate.pass()
                    }
                }
            }
            while inside.value < 10 { await Task.yield() }
            #expect(lock.isHeld)
            group.addTask {
                await lock.withLock {
                    #expect(inside.value == 10)
                    inside.change { $0 = 100 }
                    await Task.yield()
                    #expect(inside.value == 100)
                }
            }
            gate.open()
        }
        #expect(inside.value == 100 && !lock.isHeld)
    }

    @Test("let nobody pass by those who wait")
    func order() async {
        let (lock, gate) = (AsyncLock(), Gate())
        let order = Shared<[String]>([])
        await withTaskGroup { group in
            group.addTask { await lock.withSharedLock { await gate.pass() } }
            while !lock.isHeld { await Task.yield() }
            for (index, name) in ["alone", "shared", "shared too"].enumerated() {
                group.addTask {
                    if index == 0 {
                        await lock.withLock { order.change { $0.append(name) } }
                    } else {
                        await lock.withSharedLock { order.change { $0.append(name) } }
                    }
                }
                while lock.waitingCount <= index { await Task.yield() }
            }
            #expect(order.value.isEmpty)
            gate.open()
        }
        #expect(order.value.first == "alone" && order.value.count == 3)
    }

    @Test("of keys let one through for each key, and keep nothing of those that are free")
    func keys() async {
        let (locks, gate) = (AsyncKeyLocks<Int>(), Gate())
        let inside = Shared<[Int: Int]>([:])
        await withTaskGroup { group in
            for number in 0..<30 {
                group.addTask {
                    await locks.withLock(number % 3) {
                        inside.change { inside in
                            inside[number % 3, default: 0] += 1
                            #expect(inside[number % 3] == 1)
                        }
                        await gate.pass()
                        inside.change { $0[number % 3] = 0 }
                    }
                }
            }
            while inside.value.count(where: { $0.value == 1 }) < 3 { await Task.yield() }
            #expect(locks.count == 3)
            gate.open()
        }
        #expect(locks.count == 0)
    }
}
