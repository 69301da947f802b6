import Autodiff
import Models
import Foundation
import Kernels
import Platform
import TestSupport
import Testing

@testable import Checks

struct CheckTests {
  @Test(arguments: Check.all)
  func passes(check: Check) {
    let result = check.run()
    #expect(result.passed, "\(check): \(result.explanation)")
    // In `Float`, 8 ulp times the root of at most 12,000 weights.
    #expect(result.tolerance <= (check.precision == .double ? 1e-6 : 1.05e-4))
  }

  @Test func namesAreDistinct() {
    #expect(Set(Check.all.map(\.description)).count == Check.all.count)
    #expect(Check.all.count > 200)
  }

  /// Adding an operation without a check fails here: the names that operations give the tape, read from their sources,
  /// are all checked, in both precisions.
  @Test func everyOperationIsCovered() throws {
    let names = try namesInSources("Sources/Autodiff/Operations", /(?:Tape\.record|binary)\(\s*"([^"]+)"/)
    #expect(names.count >= 20)
    #expect(uncovered(names) == [])
  }

  /// So does adding a layer or a model: every generic structure of `Models` that computes is a check's subject.
  @Test func everyLayerAndModelIsCovered() throws {
    let type = /struct (\w+)<S: Scalar>/
    let names = try ["Layers", "Positions", "Blocks", "Heads", "Encoder"].reduce(into: Set<String>()) {
      $0.formUnion(try namesInSources("Sources/Models/\($1)", type))
    }.subtracting(["SequenceContext"])
    #expect(names.isSuperset(of: ["Dense", "Embeddings", "SelfAttention", "AddedPositions", "TransformerBlock"]))
    #expect(names.isSuperset(of: ["Trunk"]))
    #expect(uncovered(names) == [])
  }

  /// And so does a position encoding, in each of its forms.
  @Test func everyPositionEncodingIsCovered() {
    for (name, position) in PositionEncoding.checked {
      #expect(name.hasPrefix(position.name))
      for order in EncoderConfiguration.ResidualOrder.allCases {
        #expect(Check.all.contains { $0.name == CheckedFunction<Double>.maskedTokenLossName("\(name).\(order)") })
      }
    }
    #expect(Set(PositionEncoding.checked.map(\.encoding.name)) == Set(PositionFamily.allCases.map(\.rawValue)))
  }

  @Test func aNameSelectsItsPart() throws {
    let attention = try Check.selected(by: "attention")
    #expect(attention.count > 10)
    #expect(attention.allSatisfy { $0.subject == "attention" })
    #expect(try Check.selected(by: "attention.padded").map(\.name) == ["attention.padded", "attention.padded"])
    #expect(try Check.selected(by: "rotary").contains { $0.name.hasSuffix(".rotary.partial.pre") })
    #expect(
      throws: InputError(
        at: "atention", "no such check (did you mean attention?)", expected: "a name of gradcheck --list")
    ) { try Check.selected(by: "atention") }
  }

  /// A gradient without one of its terms does not pass, nor does a kernel that is wrong in one precision.
  @Test func wrongGradientsFail() throws {
    let product = try #require(CheckedFunction<Double>.operations.first { $0.name == "*.aliased" })
    #expect(product.differences().passed)
    let result = product.replacing { $0[0] * $0[0].detached }.differences()
    #expect(!result.passed)
    #expect(result.explanation.contains("at input 0 [") && result.explanation.contains("(gradient "))
    let single = try #require(CheckedFunction<Float>.operations.first { $0.name == "*.aliased" })
    #expect(single.compared(with: product).passed)
    #expect(!single.replacing { ($0[0] * $0[0]).scaled(by: 1.0001) }.compared(with: product).passed)
    #expect(!single.replacing { $0[0] * $0[0].detached }.compared(with: product).passed)
  }

  private func uncovered(_ names: Set<String>) -> Set<String> {
    [Check.Precision.double, .float].reduce(into: []) { missing, precision in
      missing.formUnion(names.subtracting(Check.all.filter { $0.precision == precision }.map(\.subject)))
    }
  }

  private func namesInSources(_ folder: String, _ pattern: Regex<(Substring, Substring)>) throws -> Set<String> {
    let files = try FileManager.default.subpathsOfDirectory(atPath: PackageFile.path(folder))
      .filter { $0.hasSuffix(".swift") }
    return try files.reduce(into: []) { names, file in
      let text = try String(contentsOfFile: PackageFile.path("\(folder)/\(file)"), encoding: .utf8)
      for match in text.matches(of: pattern) { names.insert(String(match.1)) }
    }
  }
}
