import Autodiff
import Foundation
import Testing

@testable import Checks

struct OperationChecksTests {
  @Test(arguments: Check.operations)
  func gradientAgreesWithDifferences(check: Check) {
    let report = check.run()
    #expect(report.passed, "\(check.name): \(report)")
  }

  @Test func namesAreDistinct() {
    #expect(Set(Check.operations.map(\.name)).count == Check.operations.count)
  }

  /// The names that operations give the tape, read from their sources, are all checked.
  @Test func everyOperationIsCovered() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.deletingLastPathComponent().appending(path: "Sources/Autodiff/Operations")
    var names: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /(?:Tape\.record|binary)\(\s*"([^"]+)"/) { names.insert(String(match.1)) }
    }
    #expect(names.count >= 20)
    #expect(names.subtracting(Check.operations.map(\.operation)).isEmpty)
  }

  /// A gradient without one of its terms does not pass.
  @Test func wrongGradientFails() {
    let check = GradientCheck()
    let x = Tensor<Double>([0.3, -1.2, 0.7])
    #expect(check.run([x]) { $0[0] * $0[0] }.passed)
    #expect(!check.run([x]) { $0[0] * $0[0].detached }.passed)
    #expect(!check.run([x]) { $0[0].detached.tanh() }.passed)
  }
}
