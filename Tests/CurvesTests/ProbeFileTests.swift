import TestSupport
import Testing

@testable import Curves

struct ProbeFileTests {
  private var rows: [ProbeRow] {
    let run = RunKey(arm: "a", learningRate: 0.001, seed: 2)
    return [
      ProbeValue(probe: "order-gap", value: 0.1 + 0.2), ProbeValue(probe: "neighbour-mass", layer: 1, value: .nan),
      ProbeValue(probe: "offset-explained", layer: 0, head: 3, value: 1),
    ].map { ProbeRow(experiment: "x", position: "rotary", run: run, step: 50, found: $0) }
  }

  @Test func theColumnsAreTheContract() {
    #expect(
      ProbeFile.text(rows) == """
        experiment,arm,position,learning_rate_peak,seed,step,probe,layer,head,value
        x,a,rotary,0.001,2,50,order-gap,,,0.30000000000000004
        x,a,rotary,0.001,2,50,neighbour-mass,1,,nan
        x,a,rotary,0.001,2,50,offset-explained,0,3,1

        """)
  }

  @Test(arguments: ["\n", "\r\n"]) func whatIsWrittenReadsBack(lineEnd: String) throws {
    let read = try ProbeFile.rows(of: ProbeFile.text(rows).replacing("\n", with: lineEnd), source: "f")
    #expect(ProbeFile.text(read) == ProbeFile.text(rows))
    #expect(read[2] == rows[2])
  }

  @Test(arguments: [
    ("x,a,r,0.1,0,0,p,,", "f:2: 9 fields; expected 10"),
    ("x,a,r,0.1,0,-1,p,,,1", "f:2: step is \"-1\"; expected a whole number from 0"),
    ("x,a,r,inf,0,0,p,,,1", "f:2: learning_rate_peak is \"inf\"; expected a finite number"),
    ("x,a,r,0.1,0,0,p,-1,,1", "f:2: layer is \"-1\"; expected a whole number from 0"),
    ("x,a,r,0.1,0,0,p,,1.5,1", "f:2: head is \"1.5\""),
    ("x,a,r,0.1,0,0,p,,,", "f:2: value is \"\"; expected a number"),
    ("x,a,r,0.1,0,0,p,,,many", "f:2: value is \"many\""),
  ])
  func faultsNameLineAndColumn(line: String, start: String) {
    let text = ProbeFile.header + "\n" + line + "\n"
    #expect(performing { _ = try ProbeFile.rows(of: text, source: "f") }.hasPrefix(start))
  }

  @Test(arguments: ["", CurveFile.header + "\n"]) func anotherHeaderIsRefused(text: String) {
    #expect(performing { _ = try ProbeFile.rows(of: text, source: "f") }.hasPrefix("f:1: not the header"))
  }
}
