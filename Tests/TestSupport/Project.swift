public import Foundation

/// Where the project's files are.
public enum Project {
    /// The project's directory.
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The file or folder at that path of the project.
    public static func url(_ path: String) -> URL { root.appendingPathComponent(path) }

    /// The text of a file of the project.
    public static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: url(path)), as: UTF8.self)
    }

    /// The paths of all files below a folder of the project, in order.
    public static func files(below folder: String, endingWith suffix: String = "") -> [String] {
        let found = FileManager.default.enumerator(atPath: url(folder).path)
        let paths = (found?.allObjects ?? []).compactMap { $0 as? String }
        return paths.map { "\(folder)/\($0)" }
            .filter { path in
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: url(path).path, isDirectory: &isFolder)
                return !isFolder.boolValue && path.hasSuffix(suffix)
            }
            .sorted()
    }
}
