import GRDB
import Synchronization

@testable import ControlPlane
@testable import Store

extension TestServer {
    /// Leaves the database no room to grow.
    public func fillDisk() throws { try setPages(1) }

    /// Gives the database room again.
    public func freeDisk() throws { try setPages(1_073_741_823) }

    private func setPages(_ count: Int) throws {
        let plane = running.withLock { $0?.plane }
        try plane?.context.store.pool.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA max_page_count = \(count)")
        }
    }
}
