/// The rule by which a run ends before its budget: a little after its lowest target.
///
/// It is a function of the curve alone, so an interrupted run ends where an uninterrupted one does.
public struct TargetStop: Sendable, Equatable {
  /// The value of the measure that the run has to reach.
  public var target: Double
  /// How many steps the run goes on after the target is confirmed.
  public var extraSteps: Int
  /// What is to reach the target.
  public var measure: Measure

  /// A rule.
  public init(target: Double, extraSteps: Int, measure: Measure = .validationLoss) {
    self.target = target
    self.extraSteps = extraSteps
    self.measure = measure
  }

  /// Whether a run ends at the last validation of its curve, or should have ended before.
  ///
  /// The target is confirmed at the second of the first two validations running that are as good as it; one alone may be
  /// noise. The run ends at the first validation that lies `extraSteps` or more behind that one.
  ///
  /// - Parameter points: a learning curve by step; points at which the measure was not taken are passed over.
  /// - Returns: whether there is nothing left to train.
  public func isOver(_ points: [CurvePoint]) -> Bool {
    var isBelow = false
    var confirmed: Int?
    for point in points {
      guard let value = point[measure] else { continue }
      let isBelowNow = measure.reaches(target, value)
      if isBelow, isBelowNow { confirmed = confirmed ?? point.step }
      isBelow = isBelowNow
      if let confirmed, point.step >= confirmed + extraSteps { return true }
    }
    return false
  }
}
