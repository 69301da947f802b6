import Platform

/// The plateau's end of an arm at a learning rate, over its seeds.
///
/// The interval is that of the median from order statistics (`MedianInterval`): it assumes no shape, and takes runs whose
/// plateau did not end as what they are, known from one side only.
struct ArmPlateau {
  let arm: Study.Arm
  let learningRate: Double
  /// The runs that are over.
  let plateaus: [Plateau]

  /// How many of the plateaus ended.
  var endedCount: Int { plateaus.count { $0.step != nil } }

  private var interval: MedianInterval {
    MedianInterval(of: plateaus.map { (low: $0.end.ends.least, high: $0.end.ends.most) })
  }

  /// The median of the steps; `nil` where it is left open by plateaus that did not end.
  var median: Double? { interval.median }

  /// The lower limit of the median, in steps; `nil` of a single run.
  var low: Double? { plateaus.count > 1 ? interval.low : nil }

  /// The upper limit, in steps; `nil` of a single run, or where plateaus that did not end leave it open.
  var high: Double? { plateaus.count > 1 && interval.high.isFinite ? interval.high : nil }

  /// The probability that both limits hold, at least; `nil` of a single run.
  var confidence: Double? { plateaus.count > 1 ? interval.twoSidedConfidence : nil }
}

extension ProbeAnalysis {
  /// The plateaus of each arm at each learning rate, in the order of the grid.
  var armPlateaus: [ArmPlateau] {
    let plateaus = self.plateaus
    return analysis.study.arms.flatMap { arm in
      analysis.study.learningRates(of: arm).compactMap { rate in
        let own = plateaus.filter { $0.run.cell.arm.name == arm.name && $0.run.cell.learningRate == rate }
        return own.isEmpty ? nil : ArmPlateau(arm: arm, learningRate: rate, plateaus: own)
      }
    }
  }
}
