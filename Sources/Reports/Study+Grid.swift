import Curves
import Platform

/// Which runs a study has.
extension Study {
  /// A place in the grid: which run it is.
  public struct Cell: Sendable, Equatable {
    /// What was trained.
    public var arm: Arm
    /// The peak of the learning rate.
    public var learningRate: Double
    /// The seed as the experiment lists it, by which runs are paired.
    public var seed: Int

    /// What tells the run apart from the others of the study.
    var key: RunKey { RunKey(arm: arm.name, learningRate: learningRate, seed: seed) }

    /// The run's name.
    public var name: String { Self.name(arm: arm.name, learningRate: learningRate, seed: seed) }

    /// The name of a run and of its folder: `<arm>-lr<rate>-seed<k>`.
    public static func name(arm: String, learningRate: Double, seed: Int) -> String {
      "\(arm)-lr\(learningRate.shortText)-seed\(seed)"
    }
  }

  /// The grid: arms outermost, then learning rates, then seeds.
  public var cells: [Cell] {
    arms.flatMap { arm in
      learningRates(of: arm).flatMap { rate in
        seeds(of: arm).map { Cell(arm: arm, learningRate: rate, seed: $0) }
      }
    }
  }

  /// The peak learning rates that an arm is trained at.
  public func learningRates(of arm: Arm) -> [Double] { arm.learningRates ?? learningRates }

  /// The seeds that an arm is trained with.
  public func seeds(of arm: Arm) -> [Int] { arm.seeds ?? seeds }

  /// Every learning rate of any arm once, in the order in which the arms name them.
  var allLearningRates: [Double] {
    arms.flatMap(learningRates(of:)).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Whether an arm is trained at several learning rates, of which its best is to be chosen.
  public var sweepsRates: Bool { arms.contains { learningRates(of: $0).count > 1 } }

  /// How the arms' learning rates belong together; `nil` if all have the same one.
  var ratesRemark: String? {
    if sweepsRates { return "each arm at its best learning rate" }
    return allLearningRates.count > 1 ? "each arm at its own learning rate" : nil
  }
}
