// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "switchgear", path: ".."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .executableTarget(
            name: "echo",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .executableTarget(
            name: "core", dependencies: [.product(name: "Resilience", package: "switchgear")]),
        .executableTarget(
            name: "store",
            dependencies: [
                .product(name: "Resilience", package: "switchgear"),
                .product(name: "Store", package: "switchgear"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
