import Platform
import Training

extension Experiment {
  /// Checks that what the folders of the runs hold can be compared: all of one experiment, and runs of one seed from the
  /// same first weights with the same batches and masks.
  ///
  /// First weights are compared where the trunk is equal, batches where sizes, masking and the number of steps are.
  ///
  /// - Parameters:
  ///   - record: the record of the whole experiment.
  ///   - folder: its folder.
  /// - Throws: `InputError` naming the run that differs.
  func checkComparable(_ record: ExperimentRecord, in folder: String) throws {
    var weights = FirstDigests(what: "first weights")
    var batches = FirstDigests(what: "batches")
    var stored = try StoredRuns(folder: folder)
    try stored.check(
      cells, of: self, digests: TextDigests(record.provenance), formatVersion: record.provenance.formatVersion)
    for cell in cells {
      let files = RunFolder(of: cell, in: folder)
      guard let status = files.status, status.state == .finished else { continue }
      let model = cell.arm.model
      try weights.compare(
        status.digests.initialWeights, of: cell, in: files,
        key: "\(cell.randomSeed) \(model.layers) \(model.hiddenSize) \(model.feedForwardSize) \(model.embeddingSize) "
          + "\(model.normalization.rawValue) \(model.tokenTypes) \(model.initial ?? "")")
      try batches.compare(
        status.digests.batches, of: cell, in: files,
        key: "\(cell.randomSeed) \(status.step) \(cell.training.batchSize) \(cell.training.sequenceLength) "
          + "\(cell.arm.masking)")
    }
  }
}

/// The first digest of each kind that runs of one key must share.
private struct FirstDigests {
  /// What is compared.
  let what: String
  private var first: [String: (name: String, digest: String)] = [:]

  init(what: String) {
    self.what = what
  }

  mutating func compare(_ digest: String, of cell: Cell, in files: RunFolder, key: String) throws {
    guard let known = first[key] else {
      first[key] = (cell.folderName, digest)
      return
    }
    guard known.digest == digest else {
      throw InputError(
        at: files.path, "saw other \(what) than \(known.name)", expected: "runs of one build and one corpus")
    }
  }
}
