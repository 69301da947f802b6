import Foundation
import Platform
import Reports

/// How far each run of an experiment is, from what lies in its folder.
public struct ExperimentStatus: Codable, Sendable, Equatable {
  /// The experiment's name.
  public let experiment: String
  /// Its folder.
  public let folder: String
  /// How many runs there are in each state.
  public let counts: [String: Int]
  /// The runs, stage after stage, in the order of their numbers.
  public let cells: [CellStatus]
  /// The stages whose runs are not known until the tuning has chosen; `nil` for none.
  public let stagesToCome: [String]?

  enum CodingKeys: String, CodingKey {
    case experiment, folder, counts, cells
    case stagesToCome = "stages_to_come"
  }

  /// How far one run is.
  public struct CellStatus: Codable, Sendable, Equatable {
    /// The stage that the run belongs to; `nil` in an experiment that has one.
    public let stage: String?
    /// The cell's number in its stage, as `--only` takes it.
    public let index: Int
    /// The name of its folder.
    public let run: String
    /// The arm.
    public let arm: String
    /// The learning rate's peak.
    public let learningRatePeak: Double
    /// The seed.
    public let seed: Int
    /// How it stands.
    public let state: State
    /// The last step on its curve.
    public let step: Int
    /// All its steps.
    public let steps: Int
    /// The process that trains it.
    public let process: String?
    /// Where and what diverged.
    public let divergence: String?

    enum CodingKeys: String, CodingKey {
      case stage, index, run, arm, seed, state, step, steps, process, divergence
      case learningRatePeak = "learning_rate_peak"
    }
  }

  /// How a run stands.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// All steps are done.
    case done
    /// A process trains it now.
    case running
    /// It has left the finite numbers, and ended.
    case diverged
    /// It has not begun, or was stopped and goes on with the next call.
    case waiting
  }

  /// The state of an experiment in a folder, which need not exist yet.
  ///
  /// - Parameters:
  ///   - experiment: what is asked for.
  ///   - folder: its folder.
  ///   - stage: the one stage that it is asked for; `nil` for all.
  /// - Throws: `InputError` if the folder holds runs of another experiment, or is a file.
  public init(_ experiment: Experiment, in folder: String, stage: Study.Stage? = nil) throws {
    try Files.checkMayBeFolder(folder)
    var stored = try StoredRuns(folder: folder)
    // A text of another path may be the same.
    let isElsewhere = try stored.recordOfReport().map { $0.experiment.corpus != experiment.corpus } ?? false
    let hash = isElsewhere ? try CorpusFile(experiment.corpus).hash : nil
    let plan = try ExperimentPlan(experiment, in: folder)
    let asked = plan.stages.filter { stage == nil || $0.kind == stage }
    for stage in asked {
      try stored.check(stage.cells, of: stage.grid, digests: TextDigests(corpusSHA256: hash))
    }
    let all = asked.flatMap { stage in stage.cells.map { (stage.kind, $0) } }
    let cells = all.map { kind, cell in
      let files = RunFolder(of: cell, in: folder)
      let status = files.isDone ? files.status : nil
      let holder = status == nil ? ProcessLock.holder(of: files.lock) : nil
      let state: State =
        switch status?.state {
        case .finished: .done
        case .diverged: .diverged
        case .running, nil: holder == nil ? .waiting : .running
        }
      return CellStatus(
        stage: experiment.isStaged ? kind.rawValue : nil, index: cell.index, run: cell.folderName, arm: cell.arm.name,
        learningRatePeak: cell.learningRate,
        seed: cell.seed, state: state, step: status?.step ?? files.lastStep, steps: cell.training.steps,
        process: holder?.description, divergence: status?.divergence)
    }
    self.experiment = experiment.name
    self.folder = folder
    self.cells = cells
    let left = experiment.stageKinds.filter { plan[$0] == nil && (stage == nil || $0 == stage) }.map(\.rawValue)
    stagesToCome = left.isEmpty ? nil : left
    counts = Dictionary(
      uniqueKeysWithValues: State.allCases.map { state in
        (state.rawValue, cells.count { $0.state == state })
      })
  }

  /// A table of the runs, and a line of how many are in which state.
  public var table: String {
    let stages: [String] = cells.compactMap(\.stage).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    var table = TextTable(
      (stages.isEmpty ? [] : ["stage"]) + ["cell", "run", "state", "step", "steps", "note"],
      words: stages.isEmpty ? [1, 2, 5] : [0, 2, 3, 6])
    for cell in cells {
      table.append(
        (cell.stage.map { [$0] } ?? []) + [
          String(cell.index), cell.run, cell.state.rawValue, String(cell.step), String(cell.steps),
          cell.divergence ?? cell.process ?? "",
        ])
    }
    func line(_ cells: [CellStatus]) -> String {
      State.allCases.map { state in "\(cells.count { $0.state == state }) \(state.rawValue)" }.joined(separator: ", ")
    }
    let lines =
      stages.isEmpty ? [line(cells)] : stages.map { stage in "\(stage): \(line(cells.filter { $0.stage == stage }))" }
    let left = (stagesToCome ?? []).map { "\($0): waits for what the tuning chooses" }
    return table.plain + "\n\n" + (lines + left).joined(separator: "\n")
  }

  /// The same as JSON, its keys sorted.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { preconditionFailure("ExperimentStatus: not JSON") }
    return String(decoding: data, as: UTF8.self)
  }
}
