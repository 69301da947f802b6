import Curves
import Experiments
import Foundation
import Platform

/// Shows progress on standard error: one updating line on a terminal, a plain line now and then elsewhere.
///
/// Any thread may call it.
final class ProgressLine: @unchecked Sendable {
  private let isTerminal: Bool
  private let columns: () -> Int
  private let now: () -> Double
  private let write: (String) -> Void
  private var lastShown = -Double.infinity
  private var isLineOpen = false
  private let lock = NSLock()

  /// Progress for a terminal, or for a log.
  ///
  /// - Parameters:
  ///   - isTerminal: whether the line may be overwritten.
  ///   - columns: how many characters a line of the terminal has.
  ///   - now: a clock in seconds.
  ///   - write: takes the text, line breaks included.
  ///   - waits: whether the first line comes after an interval, since all may be done by then.
  init(
    isTerminal: Bool = isatty(STDERR_FILENO) == 1, columns: @escaping () -> Int = ProgressLine.terminalColumns,
    now: @escaping () -> Double = { ProcessInfo.processInfo.systemUptime },
    write: @escaping (String) -> Void = StandardStreams.writeError, waits: Bool = false
  ) {
    self.isTerminal = isTerminal
    self.columns = columns
    self.now = now
    self.write = write
    if waits { lastShown = now() }
  }

  /// Seconds between two updates.
  private var interval: Double { isTerminal ? 0.2 : 10 }

  /// Shows how far something has come, unless that was shown just now.
  func show(_ text: @autoclosure () throws -> String) rethrows { try show(forms: [text()]) }

  /// Shows the first of several forms, from the longest to the shortest, that the terminal's line has room for.
  func show(forms: @autoclosure () throws -> [String]) rethrows {
    lock.lock()
    defer { lock.unlock() }
    let time = now()
    guard time - lastShown >= interval else { return }
    lastShown = time
    let forms = try forms()
    if isTerminal {
      let width = max(20, columns() - 1)
      let text = forms.first { $0.count <= width } ?? forms.last ?? ""
      write("\r\(text.prefix(width))\u{1b}[K")
      isLineOpen = true
    } else {
      write((forms.first ?? "") + "\n")
    }
  }

  /// Leaves the line, so that what is written next starts on its own.
  func finish() {
    lock.lock()
    defer { lock.unlock() }
    if isLineOpen { write("\n") }
    isLineOpen = false
  }

  /// The line: how many runs are done, the time left over the whole experiment, and of each run that is under way its
  /// step, losses and speed.
  ///
  /// - Returns: forms of the line, the longest first: of several runs, shorter ones leave out the held-out loss, the
  ///   learning rate where all have the same, the training loss.
  static func forms(_ progress: ExperimentProgress) -> [String] {
    let done = "\(progress.finishedCellCount) of \(progress.cellCount) done"
    let left = progress.secondsLeft.map { ["\($0.durationText) left"] } ?? []
    let speeds = progress.runs.compactMap(\.tokensPerSecond)
    let speed = speeds.isEmpty ? [] : ["\(number(speeds.reduce(0, +), decimals: 0)) tokens/s"]
    // Runs of several lengths have references of their own; the page and the report tell them.
    let told = Set(progress.runs.compactMap(\.references))
    let references = told.count == 1 ? ["(\(told.first ?? ""))"] : []
    func line(_ parts: [String]...) -> String { parts.flatMap(\.self).joined(separator: "  ") }

    if progress.runs.count == 1 {
      let run = progress.runs[0]
      let step = "step \(run.step)/\(run.cell.training.steps)"
      return [line([done, run.cell.folderName, step], measures(run, hasHeldOut: true), references, speed, left)]
    }
    let haveOneRate = Set(progress.runs.map(\.cell.learningRate)).count == 1
    func line(shortNames: Bool, losses hasLosses: Bool, heldOut: Bool) -> String {
      let runs = progress.runs.prefix(shownRuns).map { run in
        let name = shortNames ? "\(run.cell.arm.name)-seed\(run.cell.seed)" : run.cell.folderName
        let losses = hasLosses ? measures(run, hasHeldOut: heldOut) : []
        return (["\(name) \(run.step)/\(run.cell.training.steps)"] + losses).joined(separator: " ")
      }
      let hidden = progress.runs.count - runs.count
      return line([done], left, runs, hidden > 0 ? ["and \(hidden) more"] : [], heldOut ? references + speed : [])
    }
    return [
      line(shortNames: false, losses: true, heldOut: true), line(shortNames: haveOneRate, losses: true, heldOut: false),
      line(shortNames: haveOneRate, losses: false, heldOut: false),
    ]
  }

  /// How many runs that train at once are shown.
  private static let shownRuns = 4

  private static func measures(_ run: RunProgress, hasHeldOut: Bool) -> [String] {
    Measure.all.compactMap { measure in
      guard let label = measure.label, let value = run.measured[measure], hasHeldOut || !measure.isHeldOut else {
        return nil
      }
      return "\(label) \(number(value, decimals: 3))"
    }
  }

  private static func number(_ value: Double, decimals: Int) -> String {
    String(format: "%.\(decimals)f", locale: Locale(identifier: "en_US_POSIX"), value)
  }

  /// The width of the terminal on standard error; 80 if it does not say.
  static func terminalColumns() -> Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
