import Autodiff
import Platform

/// One gradient check: a function at a point, by name.
public struct Check: Sendable, CustomStringConvertible {
  /// The operation, and after a dot the case.
  public let name: String
  private let measure: @Sendable () -> GradientReport

  /// The operation that is checked: the name up to the first dot.
  public var operation: String { String(name.prefix { $0 != "." }) }
  /// The name.
  public var description: String { name }

  /// Runs the check.
  public func run() -> GradientReport { measure() }

  /// A check at a random point.
  ///
  /// - Parameters:
  ///   - name: the operation, and after a dot the case.
  ///   - shapes: of the inputs.
  ///   - range: of the inputs' elements, to keep away from poles.
  ///   - check: steps and tolerance.
  ///   - function: what is checked.
  init(
    _ name: String, _ shapes: [[Int]], in range: ClosedRange<Double> = -1.5...1.5,
    check: GradientCheck = GradientCheck(), _ function: @escaping @Sendable ([Tensor<Double>]) -> Tensor<Double>
  ) {
    self.name = name
    measure = {
      let inputs = shapes.enumerated().map { number, shape in
        let source = RandomSource(seed: 7, purpose: "check \(name)", step: number)
        let elements = (0..<shape.reduce(1, *)).map {
          range.lowerBound + (range.upperBound - range.lowerBound) * source.uniform(at: $0)
        }
        return Tensor(elements, shape: shape)
      }
      return check.run(inputs, of: function)
    }
  }
}
