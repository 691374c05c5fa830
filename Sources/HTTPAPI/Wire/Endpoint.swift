import HTTPTypes

/// One thing that can be asked: a method on a path, who may, and what is done.
struct Endpoint: Sendable {
    let method: HTTPRequest.Method
    /// The path as `openapi.yaml` has it: `/v1/limiters/{name}`.
    let path: String
    /// Who may, besides admins; nobody needs a role where it is empty and `isOpen`.
    let roles: Set<Role>
    let isOpen: Bool
    /// Whether an answer may have to wait for the disk, and so needs a deadline.
    let waitsForDisk: @Sendable (Call) -> Bool
    /// Whether an answer may be held until it can be an allowing one.
    let holds: Bool
    /// Whether a request with an `Idempotency-Key` is done once, however often it is sent.
    let takesKey: Bool
    let handle: @Sendable (Call) async throws -> Reply

    private init(
        _ method: HTTPRequest.Method, _ path: String, _ roles: Set<Role>, isOpen: Bool = false,
        waitsForDisk: @escaping @Sendable (Call) -> Bool = { _ in true }, holds: Bool = false,
        takesKey: Bool = false, _ handle: @escaping @Sendable (Call) async throws -> Reply
    ) {
        self.method = method
        self.path = path
        self.roles = roles
        self.isOpen = isOpen
        self.waitsForDisk = waitsForDisk
        self.holds = holds
        self.takesKey = takesKey
        self.handle = handle
    }

    /// What anybody may ask.
    static func open(
        _ method: HTTPRequest.Method, _ path: String,
        _ handle: @escaping @Sendable (Call) async throws -> Reply
    ) -> Endpoint {
        Endpoint(method, path, [], isOpen: true, waitsForDisk: { _ in false }, handle)
    }

    /// What readers may ask.
    static func read(
        _ path: String, _ handle: @escaping @Sendable (Call) async throws -> Reply
    ) -> Endpoint {
        Endpoint(.get, path, [.read], handle)
    }

    /// What programs that ask for decisions may, and readers where it is a GET.
    static func decide(
        _ method: HTTPRequest.Method, _ path: String, waitsForDisk: Bool = false,
        holds: Bool = false, takesKey: Bool = false,
        _ handle: @escaping @Sendable (Call) async throws -> Reply
    ) -> Endpoint {
        decide(
            method, path, waitsForDiskIf: { _ in waitsForDisk }, holds: holds, takesKey: takesKey,
            handle)
    }

    /// The same, where it depends on the call whether its answer may have to wait for the disk.
    static func decide(
        _ method: HTTPRequest.Method, _ path: String,
        waitsForDiskIf waitsForDisk: @escaping @Sendable (Call) -> Bool, holds: Bool = false,
        takesKey: Bool = false, _ handle: @escaping @Sendable (Call) async throws -> Reply
    ) -> Endpoint {
        Endpoint(
            method, path, method == .get ? [.decide, .read] : [.decide],
            waitsForDisk: waitsForDisk, holds: holds, takesKey: takesKey, handle)
    }

    /// What only admins may.
    static func admin(
        _ method: HTTPRequest.Method, _ path: String,
        _ handle: @escaping @Sendable (Call) async throws -> Reply
    ) -> Endpoint {
        Endpoint(method, path, [], handle)
    }

    /// Whether `segments` are those of its path, with anything where it captures.
    func matches(_ segments: [Substring]) -> Bool {
        let own = path.split(separator: "/")
        return own.count == segments.count
            && zip(own, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}
