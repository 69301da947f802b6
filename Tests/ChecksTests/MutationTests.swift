import Autodiff
import Kernels
import Platform
import TestSupport
import Testing

@testable import Checks

/// Proof that the checks can fail: each wrong implementation is caught by at least one of them.
///
/// Checks take the functions that `gradcheck` runs, at their points, with an implementation over replaceable operations
/// in place of the product's; the unmutated one passes everything, or being caught would mean nothing.
struct MutationTests {
  /// A kind of check, and those of it that object to an implementation.
  private struct Examination {
    let name: String
    let objections: (OperationSet) throws -> [String]
  }

  private let examinations = [
    Examination(name: "differences") { operations in
      // Whole models along directions alone: a coordinate of each of their weights would take a minute here.
      subjects(operations).filter { subject in
        let isModel = subject.name.hasPrefix(CheckedFunction<Double>.maskedTokenLossName(""))
        return !subject.differences(isModel ? GradientCheck(coordinateCount: 0) : GradientCheck()).passed
      }.map(\.name)
    },
    Examination(name: "golden") { operations in
      let file = try GoldenFile(path: PackageFile.path(GoldenGradients.repositoryPath))
      return try subjects(operations).filter { subject in
        let golden = try #require(file[subject.name])
        return try subject.namedTensors.contains { tensor in
          try #require(golden[tensor.key]).comparisons(with: tensor.elements, shape: tensor.shape, .double)
            .contains { $0.hasMoved }
        }
      }.map(\.name)
    },
    Examination(name: "properties") { operations in
      PropertyCheck.all.filter { !$0.holds(operations) }.map(\.name)
    },
    Examination(name: "PyTorch") { operations in
      try fixtures.filter { encoding, position in
        let fixture = try PyTorchFixture(encoding)
        let trace = TwinTraining(operations).trace(fixture, position)
        return fixture.errors(of: trace, precision: "double").contains { $0.error > 1e-10 }
      }.map(\.0)
    },
  ]

  @Test func theUnmutatedTwinPassesEveryCheck() throws {
    for examination in examinations {
      #expect(try examination.objections(.right) == [], "\(examination.name)")
    }
  }

  @Test func everyMutantIsCaught() throws {
    var rows = [["mutant"] + examinations.map(\.name)]
    for mutant in Mutant.all {
      let objections = try examinations.map { try $0.objections(mutant.operations) }
      #expect(objections.contains { !$0.isEmpty }, "\(mutant) escapes")
      rows.append([mutant.description] + objections.map { $0.isEmpty ? "–" : "\($0.count): \($0[0].prefix(40))" })
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
    }
    print(
      "Who caught what: how many checks of each kind object, and the first of them\n\n" + lines.joined(separator: "\n"))
  }

  private static let fixtures: [(String, TwinEncoder.Position)] = [
    ("none", .none), ("learned", .learned), ("sinusoidal-plain", .sinusoidal),
    ("rotary-interleaved", .rotary(theta: 10000, rotatedDimensions: 6)),
    ("rotary-partial", .rotary(theta: 10, rotatedDimensions: 4)),
  ]

  // MARK: - The registered functions over replaceable operations

  /// Functions of `gradcheck` by name, computed with other operations.
  private static func subjects(_ operations: OperationSet) -> [CheckedFunction<Double>] {
    let replaced = operationSubjects(operations) + attentionSubjects(operations) + modelSubjects(operations)
    return replaced.map { name, function in
      guard let known = registered[name] else { preconditionFailure("MutationTests: no check \(name)") }
      return known.replacing(function)
    }
  }

  private static let registered = Dictionary(
    uniqueKeysWithValues: CheckedFunction<Double>.all.map { ($0.name, $0) })

  private typealias Function = @Sendable ([Tensor<Double>]) -> Tensor<Double>

  private static func operationSubjects(_ operations: OperationSet) -> [(String, Function)] {
    [
      ("-", { operations.subtract($0[0], $0[1]) }), ("gelu", { operations.gelu($0[0]) }),
      ("gelu.tails", { operations.gelu($0[0]) }), ("linear", { operations.linear($0[0], $0[1], $0[2]) }),
      ("linear.reusedWeight", { operations.linear(operations.linear($0[0], $0[1], $0[2]).tanh(), $0[1], $0[2]) }),
      ("layerNorm", { operations.layerNorm($0[0], $0[1], $0[2]) }), ("softmax", { operations.softmax($0[0]) }),
      ("softmax.ties", { operations.softmax($0[0]) }),
      ("crossEntropy", { operations.crossEntropy($0[0], [0, 10, 3, 3, 7]) }),
      ("gathering.repeated", { operations.gather($0[0], [1, 1, 4, 1, 0, 4], [2, 3]).tanh() }),
      ("dropout", { operations.dropout($0[0], 0.4, RandomSource(seed: 3, purpose: "check")) }),
    ]
  }

  private static func attentionSubjects(_ operations: OperationSet) -> [(String, Function)] {
    let padding = [false, false, true, false, true, true, false, false, false, false]
    @Sendable func rotation(_ name: String) -> Rotation<Double> {
      switch name {
      case "halves": operations.rotation(positionCount: 7, rotatedDimensions: 6, theta: 50, pairing: .halves)
      case "partial": operations.rotation(positionCount: 5, rotatedDimensions: 4, theta: 10, offset: 3)
      default: operations.rotation(positionCount: 5, rotatedDimensions: 6, theta: 10000)
      }
    }
    let padded: Function = { operations.attention($0[0], $0[1], $0[2], keyPadding: padding, rotation: nil) }
    let rotated: Function = {
      operations.attention($0[0], $0[1], $0[2], keyPadding: padding, rotation: rotation("interleaved"))
    }
    // The twin divides by the root of the head's width, which is undone.
    let biased: Function = {
      operations.attention(
        $0[0].scaled(by: 0.3 * 6.0.squareRoot()), $0[1], $0[2], keyPadding: nil, rotation: nil, bias: $0[3])
    }
    return [("attention.padded", padded), ("attention.interleaved", rotated), ("attention.scale", biased)]
      + ["interleaved", "halves", "partial"].map { name in
        ("rotated.\(name)", { operations.rotate($0[0], rotation(name)) })
      }
  }

  private static func modelSubjects(_ operations: OperationSet) -> [(String, Function)] {
    let positions: [(String, TwinEncoder.Position)] = [
      ("none", .none), ("learned", .learned), ("sinusoidal.plain", .sinusoidal),
      ("rotary.interleaved", .rotary(theta: 100, rotatedDimensions: 8)),
      ("rotary.partial", .rotary(theta: 10, rotatedDimensions: 4)),
    ]
    return positions.map { position, kind in
      let name = CheckedFunction<Double>.maskedTokenLossName("\(position).post")
      let names = registered[name]?.inputNames ?? []
      let batch = CheckedFunction<Double>.batch
      return (
        name,
        { weights in
          let encoder = TwinEncoder(
            operations, weights: Dictionary(uniqueKeysWithValues: zip(names, weights)), position: kind, headCount: 3)
          let logits = encoder.logits(
            batch: batch.batch, time: batch.time, tokens: batch.tokens, tokenTypes: batch.tokenTypes,
            keyPadding: batch.keyPadding, at: CheckedFunction<Double>.maskedPositions)
          return operations.crossEntropy(logits, CheckedFunction<Double>.labels).mean()
        }
      )
    }
  }
}
