/// The speed-up of an arm over a baseline at one pair of learning rates: a row of `sensitivity.csv`.
public struct SensitivityRow: Sendable, Equatable {
  /// The arm's name.
  public let arm: String
  /// The baseline's name.
  public let baseline: String
  /// The target: the one that decides on the arm's learning rate.
  public let target: Double
  /// The arm's peak learning rate.
  public let armRate: Double
  /// The baseline's peak learning rate.
  public let baselineRate: Double
  /// The seeds of which both runs came to an end.
  public let pairCount: Int
  /// The speed-up.
  public let speedUp: SpeedUp

  /// The rows of every comparison in which there are several pairs of rates.
  static func rows(of study: Study, from runs: RunTable) -> [SensitivityRow] {
    study.comparisons.flatMap { compared -> [SensitivityRow] in
      guard !compared.isBaseline, let baseline = study.arm(named: compared.baseline),
        let target = study.decidingTarget(of: compared.arm)
      else { return [] }
      let (rates, baselineRates) = (study.learningRates(of: compared.arm), study.learningRates(of: baseline))
      guard rates.count * baselineRates.count > 1 else { return [] }
      return rates.flatMap { rate in
        baselineRates.map { baselineRate in
          let pairs = RunTable.pairs(
            runs.ended(compared.arm.name, rate), runs.ended(baseline.name, baselineRate), at: target)
          return SensitivityRow(
            arm: compared.arm.name, baseline: baseline.name, target: target, armRate: rate, baselineRate: baselineRate,
            pairCount: pairs.count, speedUp: SpeedUp.paired(pairs))
        }
      }
    }
  }
}
