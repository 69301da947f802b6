import Curves
import Experiments
import Foundation
import TestSupport
import Testing

@testable import roformer

struct ProgressLineTests {
  private final class Screen {
    var text = ""
    var time = 0.0
  }

  /// One of three runs done, and some under way, each a step behind the one before.
  private func progress(step: Int, runs: Int = 1) throws -> ExperimentProgress {
    let folder = try TemporaryFolder()
    let text =
      #"{"name": "x", "corpus": "c", "seeds": [0, 1, 2, 3, 4, 5], "arms": [{"name": "r", "position": "rotary"}]}"#
    let cells = try Experiment(file: folder.file("x.json", Data(text.utf8))).cells.dropFirst().prefix(runs)
    return ExperimentProgress(
      runs: cells.enumerated().map { number, cell in
        RunProgress(
          cell: cell, step: step - number,
          measured: number == 0 ? [.trainingLoss: 4.56789] : [.trainingLoss: 4.56789, .validationLoss: 5],
          tokensPerSecond: 12345.6)
      }, cellCount: 3, finishedCellCount: 1, secondsLeft: 3725)
  }

  private func text(step: Int) throws -> String { ProgressLine.forms(try progress(step: step))[0] }

  @Test func theLineSaysWhereTheExperimentStands() throws {
    #expect(
      ProgressLine.forms(try progress(step: 40))
        == ["1 of 3 done  r-lr0.001-seed1  step 40/1000  loss 4.568  12346 tokens/s  1 h 2 min left"])
  }

  @Test func runsThatTrainAtOnceAreAllShown() throws {
    #expect(
      ProgressLine.forms(try progress(step: 40, runs: 2))
        == [
          "1 of 3 done  1 h 2 min left  r-lr0.001-seed1 40/1000 loss 4.568  "
            + "r-lr0.001-seed2 39/1000 loss 4.568 held-out 5.000  24691 tokens/s",
          "1 of 3 done  1 h 2 min left  r-seed1 40/1000 loss 4.568  r-seed2 39/1000 loss 4.568",
          "1 of 3 done  1 h 2 min left  r-seed1 40/1000  r-seed2 39/1000",
        ])
    #expect(ProgressLine.forms(try progress(step: 40, runs: 5))[2].hasSuffix("r-seed4 37/1000  and 1 more"))
  }

  @Test(arguments: [(200, 0), (90, 1), (70, 2), (25, 2)])
  func theLongestFormThatFitsIsShown(columns: Int, form: Int) throws {
    let screen = Screen()
    let line = ProgressLine(isTerminal: true, columns: { columns }, now: { screen.time }, write: { screen.text += $0 })
    let forms = ProgressLine.forms(try progress(step: 40, runs: 2))
    line.show(forms: forms)
    #expect(screen.text == "\r\(forms[form].prefix(columns - 1))\u{1b}[K")
  }

  @Test func aTerminalHasOneLineOverwritten() throws {
    let screen = Screen()
    let line = ProgressLine(isTerminal: true, columns: { 30 }, now: { screen.time }, write: { screen.text += $0 })
    try line.show(text(step: 1))
    try line.show(text(step: 2))
    screen.time = 1
    try line.show(text(step: 3))
    line.finish()
    line.finish()
    #expect(screen.text == "\r1 of 3 done  r-lr0.001-seed1 \u{1b}[K\r1 of 3 done  r-lr0.001-seed1 \u{1b}[K\n")
  }

  @Test func aLogHasALineNowAndThen() throws {
    let screen = Screen()
    let line = ProgressLine(isTerminal: false, columns: { 30 }, now: { screen.time }, write: { screen.text += $0 })
    for second in 0..<25 {
      screen.time = Double(second)
      try line.show(text(step: second))
    }
    line.finish()
    let lines = screen.text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { $0.hasSuffix("left") && !$0.contains("\u{1b}") })
  }
}
