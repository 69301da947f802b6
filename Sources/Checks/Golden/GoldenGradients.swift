import Autodiff
import Foundation
import Kernels
import Platform

/// The comparison of today's gradients with those of a golden file.
public struct GoldenGradients {
  /// The repository's own file, from its root.
  public static let repositoryPath = "data/golden-gradients.json"

  /// One result a function and precision.
  public private(set) var results: [CheckResult] = []
  /// What moved, came or went, each in a line, the largest moves first.
  public private(set) var differences: [String] = []
  private var updated: GoldenFile
  private let path: String

  /// Whether nothing moved, came or went.
  public var passed: Bool { differences.isEmpty }

  /// Compares.
  ///
  /// - Parameters:
  ///   - path: the golden file.
  ///   - only: a name that selects checks, as `Check.selected` does; all if `nil`.
  ///   - isNew: a file that is not there counts as empty.
  /// - Throws: `InputError` if the file is not there or no golden file, or nothing has the name.
  public init(path: String, only: String? = nil, isNew: Bool = false) throws {
    self.path = path
    let names = try only.map { name in
      Set(try Check.selected(by: name, from: Check.all.filter { functionNames.contains($0.name) }).map(\.name))
    }
    let golden = isNew && !Files.exists(path) ? GoldenFile(functions: []) : try Self.read(path)
    updated = GoldenFile(functions: [])
    var moves: [(excess: Double, text: String)] = []
    let (doubles, floats) = (CheckedFunction<Double>.all, CheckedFunction<Float>.all)
    let tensors = ThreadPool.shared.map(doubles.count) { index in
      names?.contains(doubles[index].name) ?? true ? (doubles[index].namedTensors, floats[index].namedTensors) : nil
    }
    for (double, found) in zip(doubles, tensors) {
      let known = golden[double.name]
      guard let (found, single) = found else {
        if let known { updated.functions.append(known) }
        continue
      }
      let fresh = GoldenFile.Function(name: double.name, found)
      guard let known else {
        differences.append("\(double.name) is not in \(path)")
        updated.functions.append(fresh)
        continue
      }
      moves += compare(known, found, double, .double) + compare(known, single, double, .float)
      updated.functions.append(known.settled(by: fresh, found))
    }
    if names == nil {
      for gone in golden.functions where !functionNames.contains(gone.name) {
        differences.append("\(gone.name) is in \(path), but is no check any more")
      }
    }
    differences += moves.sorted { $0.excess > $1.excess }.map(\.text)
  }

  /// Writes the file with what moved, came or went; what stayed within its tolerance stays as it is.
  ///
  /// - Throws: `InputError` if the file cannot be written.
  public func update() throws {
    try Files.write(updated.text, to: path)
  }

  private static func read(_ path: String) throws -> GoldenFile {
    guard Files.exists(path) else {
      throw InputError(
        at: path, "no such file",
        expected: path == repositoryPath ? "the repository's root as working directory" : "a golden file")
    }
    return try GoldenFile(path: path)
  }

  /// Compares a function's tensors in one precision, adds a result, and returns what moved.
  private mutating func compare(
    _ golden: GoldenFile.Function, _ found: [NamedTensor], _ function: CheckedFunction<Double>,
    _ precision: Check.Precision
  ) -> [(excess: Double, text: String)] {
    var moves: [(excess: Double, text: String)] = []
    var (largest, excess, worst) = (0.0, 0.0, "")
    func name(_ tensor: NamedTensor) -> String { tensor.isOutput ? tensor.name : "gradient of \(tensor.name)" }
    for tensor in found {
      guard let known = golden[tensor.key] else {
        moves.append((.infinity, "\(function.name): the \(name(tensor)) is not in \(path)"))
        continue
      }
      for comparison in known.comparisons(with: tensor.elements, shape: tensor.shape, precision) {
        largest = max(largest, comparison.distance)
        if comparison.excess > excess {
          excess = comparison.excess
          worst = "\(name(tensor)), \(comparison.quantity)"
        }
        guard comparison.hasMoved else { continue }
        moves.append(
          (
            comparison.excess,
            "\(function.name) (\(precision.rawValue)): \(name(tensor)), \(comparison.quantity): golden "
              + "\(comparison.golden), found \(comparison.found), moved by \(comparison.distance), "
              + "allowed \(comparison.allowed)"
          ))
      }
    }
    for known in golden.tensors where !found.contains(where: { $0.key == known.name }) {
      moves.append((.infinity, "\(function.name): \(known.name) is in \(path), but not found"))
    }
    let tolerance = precision.tolerance(roundings: function.elementCount)
    results.append(
      CheckResult(
        name: function.name, precision: precision, shapes: shapesText(function.shapes, found.first?.shape ?? []),
        worst: worst, maxAbsoluteError: largest, maxRelativeError: excess * tolerance, tolerance: tolerance,
        faults: moves.isEmpty ? [] : ["\(moves.count) golden values moved"]))
    return moves
  }
}

/// The names of all functions that golden files are about.
private let functionNames = Set(CheckedFunction<Double>.all.map(\.name))

/// An output or a gradient that was found.
struct NamedTensor {
  /// What it is called in messages.
  let name: String
  /// Whether it is the function's output.
  let isOutput: Bool
  /// The size of each axis.
  let shape: [Int]
  /// The elements, row-major.
  let elements: [Double]

  /// What it is called in a golden file.
  var key: String { isOutput ? name : "d " + name }
  /// The root of the sum of squares.
  var norm: Double { elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}

extension CheckedFunction {
  /// How many elements the inputs have.
  var elementCount: Int { shapes.reduce(0) { $0 + $1.reduce(1, *) } }

  /// The output and the gradients by name.
  var namedTensors: [NamedTensor] {
    let found = outputAndGradients()
    let output = NamedTensor(
      name: outputName, isOutput: true, shape: found.output.shape, elements: found.output.elements.map { Double($0) })
    return [output]
      + zip(inputNames, found.gradients).map { name, gradient in
        NamedTensor(name: name, isOutput: false, shape: gradient.shape, elements: gradient.elements.map { Double($0) })
      }
  }
}

extension GoldenFile.Function {
  /// The golden values of tensors that were found in `Double`.
  init(name: String, _ found: [NamedTensor]) {
    let floor = (found.map(\.norm).max() ?? 0) / 100
    let count = found.reduce(0) { $0 + ($1.isOutput ? 0 : $1.elements.count) }
    self.name = name
    tensors = found.map { ($0.key, GoldenTensor($0.elements, shape: $0.shape, floor: floor, count: count)) }
  }

  /// The function with fresh values for those tensors alone that moved.
  func settled(by fresh: GoldenFile.Function, _ found: [NamedTensor]) -> GoldenFile.Function {
    var settled = fresh
    for (index, tensor) in found.enumerated() {
      guard let known = self[tensor.key],
        !known.comparisons(with: tensor.elements, shape: tensor.shape, .double).contains(where: \.hasMoved)
      else { continue }
      settled.tensors[index].tensor = known
    }
    return settled
  }
}
