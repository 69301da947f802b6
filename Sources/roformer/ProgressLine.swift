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
  init(
    isTerminal: Bool = isatty(STDERR_FILENO) == 1, columns: @escaping () -> Int = ProgressLine.terminalColumns,
    now: @escaping () -> Double = { ProcessInfo.processInfo.systemUptime },
    write: @escaping (String) -> Void = StandardStreams.writeError
  ) {
    self.isTerminal = isTerminal
    self.columns = columns
    self.now = now
    self.write = write
  }

  /// Seconds between two updates.
  private var interval: Double { isTerminal ? 0.2 : 10 }

  /// Shows how far the experiment has come, unless that was shown just now.
  func show(_ text: @autoclosure () throws -> String) rethrows {
    lock.lock()
    defer { lock.unlock() }
    let time = now()
    guard time - lastShown >= interval else { return }
    lastShown = time
    let text = try text()
    if isTerminal {
      write("\r\(text.prefix(max(20, columns() - 1)))\u{1b}[K")
      isLineOpen = true
    } else {
      write(text + "\n")
    }
  }

  /// Leaves the line, so that what is written next starts on its own.
  func finish() {
    lock.lock()
    defer { lock.unlock() }
    if isLineOpen { write("\n") }
    isLineOpen = false
  }

  /// The line: how many runs are done, then the one that took a step: its step, measures and speed, and the time left over
  /// the whole experiment.
  static func text(_ progress: ExperimentProgress) -> String {
    var parts = ["\(progress.finishedCellCount) of \(progress.cellCount) done", progress.cell.folderName]
    parts.append("step \(progress.step)/\(progress.cell.training.steps)")
    for measure in Measure.all {
      guard let label = measure.label, let value = progress.measured[measure] else { continue }
      parts.append("\(label) \(number(value, decimals: 3))")
    }
    if let speed = progress.tokensPerSecond { parts.append("\(number(speed, decimals: 0)) tokens/s") }
    if let left = progress.secondsLeft { parts.append("\(left.durationText) left") }
    return parts.joined(separator: "  ")
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
