import Foundation
import TestSupport
import Testing

@testable import Autodiff

/// The example that people read is the one that `Tests/LibraryUser` compiles and runs.
struct DocumentationTests {
  @Test func theDocumentationShowsWhatIsCompiled() throws {
    let page = try text("docs/library.md")
    let shown = page.matches(of: /```swift\n((?:.|\n)*?)```/).map { String($0.1) }
    #expect(
      shown == [
        try text("Tests/LibraryUser/Sources/LibraryUser/Softplus.swift"),
        try text("Tests/LibraryUser/Tests/LibraryUserTests/SoftplusTests.swift"),
      ])
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: PackageFile.path(path), encoding: .utf8)
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
