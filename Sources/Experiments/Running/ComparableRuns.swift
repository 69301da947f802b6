import Platform
import Training

extension Experiment {
  /// Checks that what the folders of the runs hold can be compared: all of one experiment, and runs of one seed from the
  /// same first weights with the same batches and masks.
  ///
  /// Batches are compared where training settings and trunk are equal.
  ///
  /// - Parameters:
  ///   - record: the record of the whole experiment.
  ///   - folder: its folder.
  /// - Throws: `InputError` naming the run that differs.
  func checkComparable(_ record: ExperimentRecord, in folder: String) throws {
    var first: [String: (name: String, digests: RunDigests)] = [:]
    var stored = try StoredRuns(folder: folder)
    try stored.check(
      cells, of: self, digests: TextDigests(record.provenance), formatVersion: record.provenance.formatVersion)
    for cell in cells {
      let files = RunFolder(of: cell, in: folder)
      guard let status = files.status, status.state == .finished else { continue }
      let model = cell.arm.model
      let key =
        "\(cell.randomSeed) \(cell.training.steps) \(cell.training.batchSize) \(cell.training.sequenceLength) "
        + "\(model.layers) \(model.hiddenSize) \(model.feedForwardSize) \(model.normalization.rawValue) "
        + "\(model.embeddingSize) \(model.tokenTypes) \(model.initial ?? "")"
      if let known = first[key] {
        guard known.digests == status.digests else {
          throw InputError(
            at: files.path, "saw other batches or first weights than \(known.name)",
            expected: "runs of one build and one corpus")
        }
      } else {
        first[key] = (cell.folderName, status.digests)
      }
    }
  }
}
