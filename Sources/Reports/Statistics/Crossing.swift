import Curves

/// Where a measure first reaches a target and keeps it at the next validation.
public struct Crossing: Sendable, Equatable {
  /// Optimizer steps.
  public var steps: Double
  /// Tokens trained on.
  public var tokens: Double
  /// Seconds of training and validation.
  public var seconds: Double
  /// The steps of the validations around the crossing: all that was measured of where it lies.
  public var between: ClosedRange<Double>

  /// Whether the target is reached before the first step is taken, so that no training led there.
  public var isUntrained: Bool { between.upperBound == 0 }
  /// Whether the target is reached before the second validation: somewhere from the start to there, as the loss falls
  /// too steeply at first for an interpolation.
  public var isEarly: Bool { between.lowerBound == 0 && !isUntrained }

  /// The first confirmed crossing of a curve, linear in the step between the two validations around it.
  ///
  /// A value that is as good as the target counts if the validation after it is so too, since one alone may be noise. The
  /// last of a curve counts alone. A curve whose first validation counts crosses there: nothing is extrapolated.
  ///
  /// - Parameters:
  ///   - target: a value of the measure.
  ///   - measure: what is to reach it.
  ///   - points: a learning curve by step; points at which the measure was not taken are passed over.
  /// - Returns: `nil` if no value counts.
  public static func first(
    of target: Double, by measure: Measure = .validationLoss, in points: [CurvePoint]
  ) -> Crossing? {
    let taken = points.compactMap { point in point[measure].map { (point: point, value: $0) } }
    var before: (point: CurvePoint, value: Double)?
    for (i, (point, value)) in taken.enumerated() {
      let isConfirmed = i + 1 == taken.count || measure.reaches(target, taken[i + 1].value)
      if measure.reaches(target, value), isConfirmed {
        let share = before.map { ($0.value - target) / ($0.value - value) } ?? 1
        let start = before?.point ?? point
        // An infinite or undefined neighbour leaves nothing to interpolate with.
        let t = share.isFinite ? share : 1
        func between(_ a: Double, _ b: Double) -> Double { t == 1 ? b : a + t * (b - a) }
        return Crossing(
          steps: between(Double(start.step), Double(point.step)),
          tokens: between(Double(start.tokens), Double(point.tokens)),
          seconds: between(start.elapsedSeconds, point.elapsedSeconds),
          between: Double(before?.point.step ?? 0)...Double(point.step))
      }
      before = (point, value)
    }
    return nil
  }
}
