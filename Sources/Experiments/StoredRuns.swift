import Curves
import Foundation
import Platform
import Reports

/// What an experiment's folder holds of earlier calls: the records of its runs, by which each is known again.
///
/// A run's own folder has the record of the experiment that trained it. Where that is missing, the record of the whole
/// folder speaks for the run, as for the rows of a `curves.csv` whose runs' folders are gone.
struct StoredRuns {
  /// The experiment's folder.
  let folder: String
  /// The record of the whole experiment, as it was last asked for.
  let whole: ExperimentRecord?

  /// The records of the whole experiment's stages, by the names of their runs' folders.
  private let recordsInWhole: [String: ExperimentRecord]
  /// Records as they lie on the disk, by their bytes: the runs of one call have the same.
  private var records: [Data: ExperimentRecord] = [:]
  /// The runs that `curves.csv` has rows of; read when they are wanted.
  private var runsWithRows: Set<String>?
  /// Differences that have been looked for: by the record's bytes and the arm's name.
  private var differences: [Data: [String: String?]] = [:]

  /// What can be done where runs differ, as messages say it.
  private let otherwise: String

  /// The records in a folder, which need not exist.
  ///
  /// - Parameters:
  ///   - folder: the experiment's folder.
  ///   - otherwise: what can be done where runs differ.
  /// - Throws: `InputError` if the record of the whole experiment cannot be understood.
  init(folder: String, otherwise: String = "use --out for another folder") throws {
    self.folder = folder
    self.otherwise = otherwise
    whole = Files.exists(ExperimentRecord.path(in: folder)) ? try ExperimentRecord(folder: folder) : nil
    recordsInWhole = try whole.map { try Self.records(of: $0, in: folder) } ?? [:]
  }

  /// What the record of a folder says of each run that the folder may hold: the plain grid that the run belongs to.
  private static func records(of whole: ExperimentRecord, in folder: String) throws -> [String: ExperimentRecord] {
    var records: [String: ExperimentRecord] = [:]
    for grid in try ExperimentPlan.grids(whole.experiment, in: folder) {
      let record = ExperimentRecord(experiment: grid, provenance: whole.provenance)
      for cell in grid.cells { records[cell.folderName] = record }
    }
    return records
  }

  /// Checks that what is there of some cells are the same runs.
  ///
  /// Description, baseline, targets and how often checkpoints are written may differ, and so may the program's build and
  /// which other cells there are.
  ///
  /// - Parameters:
  ///   - cells: of the experiment.
  ///   - experiment: what is asked for now.
  ///   - digests: of its text and vocabulary, as far as they are known.
  ///   - formatVersion: what the records must have; `nil` where nothing is trained.
  /// - Throws: `InputError` naming the first run that differs, and the first difference.
  mutating func check(
    _ cells: [Cell], of experiment: Experiment, digests: TextDigests = TextDigests(), formatVersion: Int? = nil
  ) throws {
    func checkFormat(_ record: ExperimentRecord, at path: String) throws {
      let theirs = record.provenance.formatVersion
      guard let formatVersion, formatVersion != theirs else { return }
      throw InputError(
        at: path, "has format version \(theirs), and this roformer goes on with \(formatVersion)",
        expected: "the same; go on with the roformer that began it, or \(otherwise)")
    }
    if let whole { try checkFormat(whole, at: ExperimentRecord.path(in: folder)) }
    var faults: [(path: String, text: String)] = []
    for cell in cells {
      guard let (record, bytes, path) = try stored(cell) else { continue }
      try checkFormat(record, at: path)
      if let known = differences[bytes]?[cell.arm.name] {
        if let known { faults.append((path, known)) }
        continue
      }
      let difference =
        Self.difference(of: cell.arm.name, in: experiment, from: record, digests)
        ?? digests.difference(from: TextDigests(record.provenance))
      differences[bytes, default: [:]][cell.arm.name] = .some(difference)
      if let difference { faults.append((path, difference)) }
    }
    guard let first = faults.first else { return }
    let others = faults.count == 1 ? "" : " (and \((faults.count - 1).counted("run")) more)"
    throw InputError(
      at: first.path, "is of another experiment: \(first.text)\(others)",
      expected: "the same; \(otherwise)")
  }

  /// Checks that `curves.csv` can be written anew for an experiment: rows of runs that have no folder any more stay.
  ///
  /// - Throws: `InputError` if rows would be lost that nothing else holds.
  mutating func checkKeepsRows(_ experiment: Experiment) throws {
    let asked = try Self.names(experiment, in: folder)
    let namesInWhole = Set(recordsInWhole.keys)
    guard !namesInWhole.isSubset(of: asked) else { return }
    let lost = try namesInWhole.subtracting(asked).sorted().filter { name in
      let isThere = Files.exists("\(folder)/runs/\(name)/curve.csv")
      return try !isThere && rowNames().contains(name)
    }
    guard let first = lost.first else { return }
    throw InputError(
      at: Report.curvesPath(in: folder),
      "alone holds the curves of \(lost.count.counted("run")), such as \(first), which are not asked for now",
      expected: "an experiment that has them; \(otherwise)")
  }

  private static func difference(
    of arm: String, in experiment: Experiment, from record: ExperimentRecord, _ digests: TextDigests
  ) -> String? {
    guard let here = CellIdentity(ofArm: arm, in: experiment) else { preconditionFailure("StoredRuns: no arm \(arm)") }
    guard let there = CellIdentity(ofArm: arm, in: record.experiment) else { return "there is no arm \(arm) there" }
    let isSameText = digests.corpusSHA256 != nil && digests.corpusSHA256 == record.provenance.corpusSHA256
    return here.difference(from: there, isSameText: isSameText)
  }

  /// The record that speaks for what is there of a cell, its bytes, and where the cell or the record lies.
  ///
  /// - Returns: `nil` if nothing is there.
  private mutating func stored(_ cell: Cell) throws -> (record: ExperimentRecord, bytes: Data, path: String)? {
    let run = RunFolder(of: cell, in: folder).path
    let path = ExperimentRecord.path(in: run)
    if Files.exists(path) {
      let bytes = try Files.read(path, as: "the record of an experiment")
      if let known = records[bytes] { return (known, bytes, run) }
      let record = try ExperimentRecord(folder: run)
      records[bytes] = record
      return (record, bytes, run)
    }
    guard let record = recordsInWhole[cell.folderName],
      try Files.exists(run) || rowNames().contains(cell.folderName)
    else { return nil }
    return (record, Data(record.experiment.resolved.serialized(indentation: nil).utf8), folder)
  }

  /// The names of the runs that `curves.csv` has rows of.
  private mutating func rowNames() throws -> Set<String> {
    if let runsWithRows { return runsWithRows }
    let path = Report.curvesPath(in: folder)
    let rows = try Files.exists(path) ? CurveFile.read(path) : []
    let names = Set(
      rows.map { Study.Cell.name(arm: $0.arm, learningRate: $0.learningRatePeak, seed: $0.seed) })
    runsWithRows = names
    return names
  }

  /// The names of the folders of runs that have a record, sorted.
  private var namesOfRuns: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/runs")) ?? []
    return names.filter { Files.exists(ExperimentRecord.path(in: "\(folder)/runs/\($0)")) }.sorted()
  }

  /// How many runs are there that an experiment does not ask for.
  ///
  /// - Throws: `InputError` if the folder's selection cannot be understood.
  func otherCount(than experiment: Experiment) throws -> Int {
    let own = try Self.names(experiment, in: folder)
    return namesOfRuns.count { !own.contains($0) }
  }

  /// The names of the folders of all runs that an experiment may ask for.
  private static func names(_ experiment: Experiment, in folder: String) throws -> Set<String> {
    Set(try ExperimentPlan.grids(experiment, in: folder).flatMap { $0.cells.map(\.folderName) })
  }

  /// Where the numbers of a folder that holds runs come from.
  ///
  /// - Throws: `InputError` if there is no record, or it cannot be understood.
  func provenanceOfRuns() throws -> ExperimentRecord.Provenance {
    let record = try recordOfReport() ?? ExperimentRecord(folder: folder)
    return record.provenance.ofWholeExperiment
  }

  /// The record that a report goes by: the folder's own, or, where single cells alone were trained, that of a run.
  ///
  /// Of several ones, as cells of a grown experiment have, it is the one that most of the runs belong to.
  ///
  /// - Returns: the record; `nil` if there is none.
  /// - Throws: `InputError` if a run's record cannot be understood.
  func recordOfReport() throws -> ExperimentRecord? {
    if let whole { return whole }
    let names = namesOfRuns
    var best: (record: ExperimentRecord, count: Int)?
    var seen: Set<Data> = []
    for name in names {
      let run = "\(folder)/runs/\(name)"
      let bytes = try Files.read(ExperimentRecord.path(in: run), as: "the record of an experiment")
      guard seen.insert(bytes).inserted else { continue }
      let record = try ExperimentRecord(folder: run)
      let own = Set(record.experiment.cells.map(\.folderName))
      let count = names.count(where: own.contains)
      if count > best?.count ?? 0 { best = (record, count) }
    }
    return best?.record
  }
}

extension ExperimentRecord {
  /// The record of another choice of runs, arms and targets from what a folder holds.
  ///
  /// - Parameters:
  ///   - experiment: what is asked for.
  ///   - folder: the experiment's folder; its runs were trained on this record's text.
  /// - Returns: a record with the same provenance.
  /// - Throws: `InputError` if runs that are there would have other numbers.
  func asking(for experiment: Experiment, in folder: String) throws -> ExperimentRecord {
    var stored = try StoredRuns(folder: folder, otherwise: "name the folder that holds its runs")
    for grid in try ExperimentPlan.grids(experiment, in: folder) {
      try stored.check(grid.cells, of: grid, digests: TextDigests(provenance))
    }
    try stored.checkKeepsRows(experiment)
    var record = ExperimentRecord(experiment: experiment, provenance: provenance.ofWholeExperiment)
    record.provenance.parameterCounts = Dictionary(
      uniqueKeysWithValues: experiment.arms.map {
        ($0.name, $0.objective.parameterCount(of: $0.encoder(vocabularySize: provenance.vocabularySize)))
      })
    return record
  }
}

/// The digests of what a run learned from, as far as they are known.
struct TextDigests {
  var corpusSHA256: String?
  var vocabularySHA256: String?
}

extension TextDigests {
  /// What a record says of them.
  init(_ provenance: ExperimentRecord.Provenance) {
    self.init(corpusSHA256: provenance.corpusSHA256, vocabularySHA256: provenance.vocabularySHA256)
  }

  /// The first difference, in words, of those that are known on both sides.
  func difference(from stored: TextDigests) -> String? {
    func difference(_ name: String, _ there: String?, _ here: String?) -> String? {
      guard let there, let here, there != here else { return nil }
      return CellIdentity.text(name, .init(there), .init(here))
    }
    return difference("corpus's SHA-256", stored.corpusSHA256, corpusSHA256)
      ?? difference("vocabulary's SHA-256", stored.vocabularySHA256, vocabularySHA256)
  }
}
