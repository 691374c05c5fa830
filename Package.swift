// swift-tools-version: 6.2
import PackageDescription

/// What holds for every Swift target of ours.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// What the server says it was built from, where the environment tells.
let commit: [CSetting] = [Context.environment["SWITCHGEAR_COMMIT"] ?? ""]
    .filter { !$0.isEmpty }.map { .define("SWITCHGEAR_COMMIT", to: "\"\($0)\"") }

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(
    name: "AsyncHTTPClient", package: "async-http-client")
let configuration = Target.Dependency.product(
    name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let orderedCollections = Target.Dependency.product(
    name: "OrderedCollections", package: "swift-collections")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let hummingbirdCore = Target.Dependency.product(
    name: "HummingbirdCore", package: "hummingbird")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(
    name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A library target of ours.
func ring(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

/// A test target of ours, in `Tests/<name>`.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: house)
}

let package = Package(
    name: "switchgear",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Resilience", targets: ["Resilience"]),
        .library(name: "ResilienceRuntime", targets: ["ResilienceRuntime"]),
        .library(name: "Store", targets: ["Store"]),
        .executable(name: "switchgear", targets: ["switchgear"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(
            name: "Resilience", dependencies: [orderedCollections], swiftSettings: house,
            // Rounding doubles is the C library's, which nothing else here links.
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
        ring("ResilienceRuntime", ["Resilience"]),
        .target(name: "CAssets", cSettings: commit),
        ring("Store", ["Resilience", "CAssets", crypto, deque, grdb]),
        ring("ControlPlane", ["Resilience", "Store", crypto, deque, heap, logging, lifecycle]),
        ring(
            "HTTPAPI",
            [
                "Resilience", "Store", "ControlPlane", "CAssets", crypto, httpTypes, hummingbird,
                hummingbirdCore, logging, nioCore, nioHTTP1, nioHTTPTypes, yams,
            ]),
        .executableTarget(
            name: "switchgear",
            dependencies: [
                "Resilience", "Store", "ControlPlane", "HTTPAPI", argumentParser,
                asyncHTTPClient, configuration, httpTypes, hummingbird, logging, lifecycle,
                nioCore, nioHTTP1, nioPosix, unixSignals,
            ],
            swiftSettings: house),
        .executableTarget(
            name: "in-process-example", dependencies: ["Resilience", "ResilienceRuntime"],
            path: "examples/in-process", swiftSettings: house),
        .target(
            name: "TestSupport",
            dependencies: [
                "Resilience", "Store", "ControlPlane", "HTTPAPI", grdb, lifecycle, logging, nioCore,
                nioPosix,
            ], path: "Tests/TestSupport", swiftSettings: house),
        tests("ResilienceTests", ["Resilience", "TestSupport"]),
        tests("ResilienceRuntimeTests", ["Resilience", "ResilienceRuntime", "TestSupport"]),
        tests("StoreTests", ["Resilience", "Store", "CAssets", "TestSupport", grdb]),
        tests(
            "ControlPlaneTests",
            ["Resilience", "Store", "ControlPlane", "TestSupport", grdb]),
        tests("SimulationTests", ["Resilience", "Store", "ControlPlane", "TestSupport"]),
        tests("SwitchgearTests", ["Resilience", "HTTPAPI", "switchgear", argumentParser]),
        tests(
            "ContractTests",
            ["Resilience", "HTTPAPI", "switchgear", "TestSupport", httpTypes]),
        .testTarget(
            name: "ProcessTests", dependencies: ["Resilience", "TestSupport", "switchgear"],
            exclude: ["schemathesis.sh"], swiftSettings: house),
        tests(
            "ToyTests",
            [
                "Resilience", "Store", "ControlPlane", "HTTPAPI", "switchgear", "TestSupport",
                argumentParser,
            ]),
        tests("TidyTests", ["Resilience", "ControlPlane", "switchgear", "TestSupport"]),
        tests(
            "HTTPAPITests",
            [
                "Resilience", "ControlPlane", "HTTPAPI", "TestSupport", httpTypes, nioCore,
                nioPosix, yams,
            ]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu2x
)
