import Curves

/// Where a measure first reaches a target.
public struct Crossing: Sendable, Equatable {
  /// Optimizer steps.
  public var steps: Double
  /// Tokens trained on.
  public var tokens: Double
  /// Seconds of training and validation.
  public var seconds: Double

  /// The first crossing of a curve, linear in the step between the two validations around it.
  ///
  /// A curve whose first validation is already as good as the target crosses there: nothing is extrapolated.
  ///
  /// - Parameters:
  ///   - target: a value of the measure.
  ///   - measure: what is to reach it.
  ///   - points: a learning curve by step; points at which the measure was not taken are passed over.
  /// - Returns: `nil` if no value is as good as the target.
  public static func first(
    of target: Double, by measure: Measure = .validationLoss, in points: [CurvePoint]
  ) -> Crossing? {
    var before: (point: CurvePoint, value: Double)?
    for point in points {
      guard let value = point[measure] else { continue }
      if measure.reaches(target, value) {
        let share = before.map { ($0.value - target) / ($0.value - value) } ?? 1
        let start = before?.point ?? point
        // An infinite or undefined neighbour leaves nothing to interpolate with.
        let t = share.isFinite ? share : 1
        func between(_ a: Double, _ b: Double) -> Double { t == 1 ? b : a + t * (b - a) }
        return Crossing(
          steps: between(Double(start.step), Double(point.step)),
          tokens: between(Double(start.tokens), Double(point.tokens)),
          seconds: between(start.elapsedSeconds, point.elapsedSeconds))
      }
      before = (point, value)
    }
    return nil
  }
}
