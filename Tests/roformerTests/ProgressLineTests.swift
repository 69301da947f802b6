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

  private func progress(step: Int) throws -> ExperimentProgress {
    let folder = try TemporaryFolder()
    let text = #"{"name": "x", "corpus": "c", "arms": [{"name": "r", "position": "rotary"}]}"#
    let cell = try Experiment(file: folder.file("x.json", Data(text.utf8))).cells[1]
    return ExperimentProgress(
      cell: cell, cellCount: 3, finishedCellCount: 1, step: step, measured: [.trainingLoss: 4.56789],
      tokensPerSecond: 12345.6, secondsLeft: 3725)
  }

  private func text(step: Int) throws -> String { ProgressLine.text(try progress(step: step)) }

  @Test func theLineSaysWhereTheExperimentStands() throws {
    #expect(
      ProgressLine.text(try progress(step: 40))
        == "1 of 3 done  r-lr0.001-seed1  step 40/1000  loss 4.568  12346 tokens/s  1 h 2 min left")
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
