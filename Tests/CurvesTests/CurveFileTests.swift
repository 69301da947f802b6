import TestSupport
import Testing

@testable import Curves

struct CurveFileTests {
  private var rows: [CurveRow] {
    var first = CurvePoint(step: 0, tokens: 0, elapsedSeconds: 0)
    first[.validationLoss] = 6.931471805599453
    var last = CurvePoint(step: 10, tokens: 20480, elapsedSeconds: 0.1 + 0.2)
    last[.learningRate] = 1e-5
    last[.gradientNorm] = .infinity
    last[.trainingLoss] = .nan
    return [first, last].map {
      CurveRow(experiment: "x", arm: "a", position: "rotary", learningRatePeak: 0.001, seed: 2, point: $0)
    }
  }

  @Test func theColumnsAreTheContract() {
    #expect(
      CurveFile.text(rows) == """
        experiment,arm,position,learning_rate_peak,seed,step,tokens,elapsed_seconds,learning_rate,gradient_norm,\
        train_loss_nats,validation_loss_nats,validation_accuracy
        x,a,rotary,0.001,2,0,0,0,,,,6.931471805599453,
        x,a,rotary,0.001,2,10,20480,0.30000000000000004,1e-05,inf,nan,,

        """)
  }

  @Test(arguments: ["\n", "\r\n"]) func whatIsWrittenReadsBack(lineEnd: String) throws {
    let text = CurveFile.text(rows).replacing("\n", with: lineEnd)
    let read = try CurveFile.rows(of: text, source: "f")
    #expect(CurveFile.text(read) == CurveFile.text(rows))
    #expect(read[0] == rows[0])
  }

  @Test(arguments: [
    ("x,a,r,0.1,0,0,0", "f:2: 7 fields; expected 13"),
    ("x,a,r,0.1,0,-1,0,0,,,,,", "f:2: step is \"-1\"; expected a whole number from 0"),
    ("x,a,r,0.1,0,99999999999999999999,0,0,,,,,", "f:2: step is"),
    ("x,a,r,nan,0,0,0,0,,,,,", "f:2: learning_rate_peak is \"nan\"; expected a finite number"),
    ("x,a,r,0.1,0,0,0,0,,,,abc,", "f:2: validation_loss_nats is \"abc\""),
    ("", "f:2: 1 field;"),
  ])
  func faultsNameLineAndColumn(line: String, start: String) {
    let text = CurveFile.header + "\n" + line + "\n"
    #expect(performing { _ = try CurveFile.rows(of: text, source: "f") }.hasPrefix(start))
  }

  @Test(arguments: ["", "\n", "step,loss\n1,2\n"]) func anotherHeaderIsRefused(text: String) {
    #expect(performing { _ = try CurveFile.rows(of: text, source: "f") }.hasPrefix("f:1: not the header"))
  }
}
