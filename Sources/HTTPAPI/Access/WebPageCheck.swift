import HTTPTypes

/// Keeps web pages from administering a server that needs no tokens.
///
/// Any page that a developer opens may have the browser send requests to a loopback address, and
/// may read the answers when its own name resolves to that address (DNS rebinding). A page cannot
/// choose `Host`, `Origin` or `Sec-Fetch-Site`, so those tell its requests from others: `Host` is
/// then the page's name, and the other two say that the page is another site's. With tokens there
/// is nothing to check, since a browser adds no token by itself.
struct WebPageCheck: Sendable {
    /// What says which site a request comes from, by the browser's own account.
    static let siteField = HTTPField.Name("Sec-Fetch-Site")!
    private static let hostField = HTTPField.Name("Host")!

    /// Probes are asked by orchestrators, by whatever name, and tell nothing.
    private static let openPaths: Set<Substring> = ["livez", "readyz", "health"]

    /// The names that `Host` may have besides `localhost`; nil where it may have any.
    private let names: Set<String>?

    /// A check for a server that is set up so.
    init(_ configuration: ServerConfiguration) {
        let known = configuration.allowedHosts + [configuration.host]
        names =
            configuration.checksHost ? Set(known.compactMap { Authority($0)?.host }) : nil
    }

    /// Refuses a request that a web page may have had sent.
    func check(_ request: HTTPRequest) throws(Problem) {
        let path = (request.path ?? "").prefix { $0 != "?" }.split(separator: "/")
        guard path.count != 1 || !Self.openPaths.contains(path[0]) else { return }
        // The server's library takes the first `Host` out of the fields.
        let hosts =
            [request.authority].compactMap(\.self)
            + request.headerFields[values: Self.hostField]
        for host in hosts where !isOwn(host) {
            throw Problem(
                .forbidden,
                """
                the Host "\(host.prefix(256))" is no name of this server: add it to \
                SWITCHGEAR_ALLOWED_HOSTS, or configure tokens
                """)
        }
        guard request.method != .get, request.method != .head else { return }
        if let site = foreignSite(request, host: hosts.first) {
            throw Problem(
                .forbidden,
                "without tokens, pages of other sites may not change anything here: \(site)")
        }
    }

    /// Whether `Host` may be that.
    private func isOwn(_ host: String) -> Bool {
        guard let names, !host.isEmpty else { return true }
        guard let authority = Authority(host) else { return false }
        return authority.isAddress || authority.host == "localhost"
            || authority.host.hasSuffix(".localhost") || names.contains(authority.host)
    }

    /// What says that a request comes from another site; nil when nothing does.
    private func foreignSite(_ request: HTTPRequest, host: String?) -> String? {
        if let site = request.headerFields[Self.siteField] {
            let isForeign = site != "same-origin" && site != "none"
            return isForeign ? "Sec-Fetch-Site is \"\(site.prefix(256))\"" : nil
        }
        guard let origin = request.headerFields[.origin] else { return nil }
        return Self.isSame(origin, host) ? nil : "Origin is \"\(origin.prefix(256))\""
    }

    /// Whether an `Origin` has the host and port of `Host`; where a port is left out, it is the
    /// usual one of the origin's scheme, for both.
    private static func isSame(_ origin: String, _ host: String?) -> Bool {
        guard let host = host.flatMap({ Authority($0) }),
            let separator = origin.firstRange(of: "://"),
            let own = Authority(origin[separator.upperBound...])
        else { return false }
        let usual = ["http": 80, "https": 443][origin[..<separator.lowerBound].lowercased()]
        return own.host == host.host && (own.port ?? usual) == (host.port ?? usual)
    }
}
