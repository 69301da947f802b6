import Foundation
import TestSupport
import Testing

@testable import Autodiff

/// The example that people read is the one that is compiled here.
struct DocumentationTests {
  @Test func theExampleOfTheDocumentationPasses() {
    let report = checkSoftplus()
    #expect(report.passed, "\(report)")
    #expect(report.comparesJacobian && report.inputShapes == [[2, 3], [3]])
  }

  @Test func theDocumentationShowsWhatIsCompiled() throws {
    let page = try String(contentsOfFile: PackageFile.path("docs/checking-gradients.md"), encoding: .utf8)
    let source = PackageFile.path("Tests/AutodiffTests/SoftplusExample.swift")
    let shown = page.matches(of: /```swift\n((?:.|\n)*?)```/).map { String($0.1) }
    #expect(shown == [try String(contentsOfFile: source, encoding: .utf8)])
  }

  /// A gradient that lacks a factor does not pass in the example's place.
  @Test func aWrongSoftplusFails() {
    let x = Tensor<Double>([-2, 0.5, 2])
    let report = GradientCheck().run([x]) { inputs in
      Tensor.operation("softplus", [inputs[0]]) {
        ($0[0].exp() + Tensor(repeating: 1)).log()
      } pullback: { dy, _, _ in
        [dy]
      }
    }
    #expect(!report.passed)
  }
}
