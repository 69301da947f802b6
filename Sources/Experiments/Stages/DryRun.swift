import Foundation
import Platform
import Reports
import Training

/// What running an experiment would do, in lines, without reading the text.
public struct DryRun {
  /// The lines.
  public let lines: [String]

  /// The plan of an experiment.
  ///
  /// - Parameters:
  ///   - experiment: what would be run.
  ///   - stage: the one stage that it is asked for; `nil` for all.
  public init(_ experiment: Experiment, stage: Study.Stage? = nil) {
    var lines = ["\(experiment.name): \(experiment.arms.count.counted("arm"))"]
    for kind in experiment.stageKinds where stage == nil || stage == kind {
      lines.append("\(kind.rawValue): " + Self.text(of: kind, in: experiment))
      lines += Self.schedules(of: kind, in: experiment).map { "  " + $0 }
    }
    self.lines = lines
  }

  private static func text(of kind: Study.Stage, in experiment: Experiment) -> String {
    let count = experiment.mostCells(of: kind)
    guard let selection = experiment.selection else { return count.counted("run") }
    func list(_ seeds: [Int]) -> String { seeds.map(String.init).joined(separator: ", ") }
    let rates = selection.learningRates.map(\.shortText).joined(separator: ", ")
    return switch kind {
    case .tuning:
      "\(count.counted("run")) at learning rates \(rates), seeds \(list(selection.seeds)); up to "
        + "\(selection.extensions.counted("rate")) more at either end while a best rate lies there"
    case .evaluation:
      "at most \(count.counted("run")) at the chosen rates, seeds \(list(experiment.seeds))"
        + experiment.arms.compactMap { arm in arm.seeds.map { "; \(arm.name): seeds \(list($0))" } }.joined()
    case .quality: "\(count.counted("run")) at the chosen rates, seeds \(list(experiment.quality?.seeds ?? []))"
    }
  }

  /// A line for every schedule that arms have: the rate at its corners, as a share of the peak where that is not chosen
  /// yet.
  private static func schedules(of kind: Study.Stage, in experiment: Experiment) -> [String] {
    var groups: [(training: TrainingConfiguration, arms: [String])] = []
    for arm in experiment.arms {
      let training = experiment.training(of: arm, in: kind)
      if let i = groups.firstIndex(where: { $0.training.hasSameSchedule(as: training) }) {
        groups[i].arms.append(arm.name)
      } else {
        groups.append((training, [arm.name]))
      }
    }
    return groups.flatMap { training, arms in
      let who = groups.count == 1 ? "" : arms.joined(separator: ", ") + ": "
      let own = experiment.arms.filter { arms.contains($0.name) }.flatMap {
        $0.learningRates ?? experiment.learningRates
      }
      let peaks = experiment.isStaged ? [1] : Set(own).sorted()
      return peaks.map { peak in
        let schedule = LearningRateSchedule(peak: peak, training)
        let corners = schedule.corners.map { "step \($0.step) \(text($0.rate, isShare: experiment.isStaged))" }
        return "\(who)\(schedule.shape.rawValue): \(corners.joined(separator: ", "))" + ending(training)
      }
    }
  }

  private static func text(_ rate: Double, isShare: Bool) -> String {
    isShare ? "\((100 * rate).significantText) % of the peak" : rate.significantText
  }

  private static func ending(_ training: TrainingConfiguration) -> String {
    training.stopAfterTargets.map { "; a run ends \($0.counted("step")) after its lowest target is confirmed" } ?? ""
  }
}

extension Experiment {
  /// How an arm's runs of a stage are trained.
  fileprivate func training(of arm: Arm, in kind: Study.Stage) -> TrainingConfiguration {
    var training = arm.training
    if kind == .tuning, !targetFractions.isEmpty { training.stopAfterTargets = nil }
    return kind == .quality ? quality?.training(training) ?? training : training
  }
}

extension TrainingConfiguration {
  fileprivate func hasSameSchedule(as other: TrainingConfiguration) -> Bool {
    LearningRateSchedule(peak: 1, self) == LearningRateSchedule(peak: 1, other)
      && stopAfterTargets == other.stopAfterTargets
  }
}

extension Double {
  /// The number to four significant digits.
  fileprivate var significantText: String { Double(String(format: "%.4g", self))?.shortText ?? shortText }
}
