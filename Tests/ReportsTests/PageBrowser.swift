import Foundation

/// A browser without a window, which opens pages from `file://` as a reader's does.
///
/// It needs a Chromium on the machine; nothing of the project does otherwise.
struct PageBrowser {
  /// Where the browser lies.
  let path: String

  /// The first browser on `PATH` that opens a page; `nil` if there is none.
  ///
  /// One in a container of its own, as some systems install it, may not see the files of a test.
  static let installed: PageBrowser? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    for name in ["chromium", "chromium-browser", "google-chrome", "chrome"] {
      for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
        let browser = PageBrowser(path: "\(folder)/\(name)")
        if (try? browser.dump(["a.html": "<p>ready"], opening: "a.html"))?.contains("ready") == true { return browser }
      }
    }
    print("No chromium, chromium-browser, google-chrome or chrome on PATH opens a page: report.html is not driven.")
    return nil
  }()

  /// What a page reports, by name, as JSON texts in the order in which they came.
  typealias Reports = [(name: String, value: String)]

  /// Opens a page in a frame of some width, and lets a driver work on it.
  ///
  /// The driver calls `report(name, value)`. Errors of any script are reported as `error`. Time is virtual: it passes as
  /// quickly as the page has nothing to do.
  ///
  /// - Parameters:
  ///   - html: the page.
  ///   - driver: a script that runs after the page's own, at every load of it.
  ///   - hash: the end of the address at first, from its `#` on.
  ///   - width: of the frame, in pixels; a browser's own window may not be as narrow.
  ///   - seconds: how much virtual time passes.
  ///   - age: how many seconds ago the page was written.
  /// - Returns: what was reported.
  /// - Throws: an error of the system if the browser cannot be started.
  func drive(
    _ html: String, with driver: String, hash: String = "", width: Int = 1100, seconds: Int = 20,
    age: Int = 0
  ) throws -> Reports {
    let report = """
      <script>
      const report = (name, value) => parent.postMessage({ name, value: JSON.stringify(value) }, "*");
      addEventListener("error", (event) => report("error", event.message));
      </script>
      """
    let driven = html.replacing("<title>", with: report + "<title>", maxReplacements: 1)
      .replacing("</body>", with: "<script>{\n\(driver)\n}</script></body>")
    let harness = """
      <!DOCTYPE html><meta charset="utf-8">
      <pre id="reports"></pre>
      <script>
      addEventListener("message", ({ data }) => {
        const line = `${data.name}\\t${data.value}`;
        document.getElementById("reports").append(`${btoa(unescape(encodeURIComponent(line)))}\\n`);
      });
      </script>
      <iframe src="driven.html\(hash)" width="\(width)" height="900"></iframe>
      """
    let dump = try dump(
      ["driven.html": driven, "harness.html": harness], opening: "harness.html", seconds: seconds, age: age)
    let lines = dump.components(separatedBy: "<pre id=\"reports\">").last?.components(separatedBy: "</pre>").first ?? ""
    return lines.split(separator: "\n").compactMap { line in
      guard let bytes = Data(base64Encoded: String(line)) else { return nil }
      let parts = String(decoding: bytes, as: UTF8.self).split(separator: "\t", maxSplits: 1).map(String.init)
      return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
  }

  /// Opens one of some files.
  ///
  /// - Parameters:
  ///   - files: their texts by name.
  ///   - name: the file to open.
  ///   - seconds: how much virtual time passes; `nil` for real time, up to the end of loading.
  ///   - age: how many seconds ago the files were written.
  /// - Returns: the page as it is then, as HTML.
  /// - Throws: an error of the system if the browser cannot be started.
  func dump(_ files: [String: String], opening name: String, seconds: Int? = nil, age: Int = 0) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("page-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      let file = folder.appendingPathComponent(name)
      try Data(text.utf8).write(to: file)
      let time = Date(timeIntervalSinceNow: -Double(age))
      try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: file.path)
    }
    let result = folder.appendingPathComponent("dump.html")
    try Data().write(to: result)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments =
      ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--window-size=1280,1000"]
      + ["--user-data-dir=\(folder.path)/profile", "--dump-dom"]
      + (seconds.map { ["--virtual-time-budget=\($0 * 1000)"] } ?? [])
      + [folder.appendingPathComponent(name).absoluteString]
    // Into files: a pipe that nobody reads in time would fill up.
    process.standardOutput = try FileHandle(forWritingTo: result)
    process.standardError = FileHandle.nullDevice
    try process.run()
    let end = Date(timeIntervalSinceNow: 120)
    while process.isRunning, Date() < end { Thread.sleep(forTimeInterval: 0.05) }
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
    return try String(contentsOf: result, encoding: .utf8)
  }
}
