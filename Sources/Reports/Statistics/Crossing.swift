import Curves

/// Where a held-out loss first reaches a target.
public struct Crossing: Sendable, Equatable {
  /// Optimizer steps.
  public var steps: Double
  /// Tokens trained on.
  public var tokens: Double
  /// Seconds of training and validation.
  public var seconds: Double

  /// The first crossing of a curve, linear in the step between the two validations around it.
  ///
  /// A curve whose first validation already lies at the target or below crosses there: nothing is extrapolated.
  ///
  /// - Parameters:
  ///   - target: a loss in nats.
  ///   - points: a learning curve by step; points without a held-out loss are passed over.
  /// - Returns: `nil` if the curve stays above the target.
  public static func first(of target: Double, in points: [CurvePoint]) -> Crossing? {
    var before: (point: CurvePoint, loss: Double)?
    for point in points {
      guard let loss = point.validationLossNats else { continue }
      if loss <= target {
        let share = before.map { ($0.loss - target) / ($0.loss - loss) } ?? 1
        let start = before?.point ?? point
        // An infinite or undefined neighbour leaves nothing to interpolate with.
        let t = share.isFinite ? share : 1
        func between(_ a: Double, _ b: Double) -> Double { t == 1 ? b : a + t * (b - a) }
        return Crossing(
          steps: between(Double(start.step), Double(point.step)),
          tokens: between(Double(start.tokens), Double(point.tokens)),
          seconds: between(start.elapsedSeconds, point.elapsedSeconds))
      }
      before = (point, loss)
    }
    return nil
  }
}
