/// The plateau of a run: the steps before the order of words begins to count.
///
/// It ends at the first step with an order gap above 0.05 nats at two looks running, as the study's protocol has it. Nothing
/// is interpolated: where the gap passes the threshold between two looks is known no better than these. A run that diverged
/// counts as one whose plateau lasts its whole budget, as in the steps to a loss.
public struct Plateau: Sendable, Equatable {
  /// The name of the probe that decides.
  static let probe = "order-gap"
  /// The order gap that ends a plateau, in nats per hidden token.
  public static let threshold = 0.05

  /// The run.
  public let run: Run
  /// The steps up to the end, as far as they are known.
  public let end: StepsToTarget

  /// The plateau of a run that is over.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - gaps: its order gaps by step; at least one.
  /// - Precondition: there is a gap.
  init(run: Run, gaps: [(step: Int, value: Double)]) {
    precondition(!gaps.isEmpty, "Plateau: no order gaps of \(run.cell.name)")
    self.run = run
    let first = gaps.indices.dropLast().first { i in
      gaps[i].value > Self.threshold && gaps[i + 1].value > Self.threshold
    }
    if run.hasDiverged {
      end = .diverged(Double(run.cell.arm.steps))
    } else if let first {
      let step = Double(gaps[first].step)
      end = first == 0 ? .untrained : .reached(step, between: Double(gaps[first - 1].step)...step)
    } else {
      end = .exhausted(Double(gaps[gaps.count - 1].step))
    }
  }

  /// The step at which it ends; `nil` if it did not.
  public var step: Int? { end.range.most.isFinite ? Int(end.ends.most) : nil }
}
