import Foundation
import Platform
import Text
import Training

/// What a model is measured on: documents, and how they become masked sequences.
public struct EvaluationText: Sendable {
  /// The documents.
  public let documents: Documents
  /// How they become sequences.
  public let packing: PackingPolicy
  /// What is to be predicted.
  public let maskingRule: MaskingRule
  /// The most sequences read, spread evenly; `nil` for all.
  public let limit: Int?

  /// All documents of a text, packed and masked as in BERT.
  ///
  /// - Parameters:
  ///   - corpus: the text.
  ///   - limit: the most sequences read; `nil` for all.
  public init(_ corpus: Corpus, limit: Int? = nil) {
    documents = corpus.documents
    packing = .packed
    maskingRule = .bert
    self.limit = limit
  }

  /// What a run held out, masked as the run's own validation masks it.
  ///
  /// - Parameters:
  ///   - experiment: the run's.
  ///   - corpus: the text that it was trained on a part of.
  ///   - masking: which tokens the run's validation hides.
  ///   - limit: the most sequences read; by default as many as the run's validation reads.
  /// - Throws: `InputError` if the text cannot be split.
  init(heldOutBy experiment: Experiment, of corpus: Corpus, masking: MaskingRule, limit: Int?) throws {
    documents = try corpus.split(experiment.validation).validation
    packing = experiment.packing
    maskingRule = masking
    self.limit = limit ?? experiment.validation.sequences
  }
}

/// The text that a run was trained on, as its folder tells.
public struct TrainedText: Sendable {
  private let record: ExperimentRecord
  /// Which tokens the run's own validation hides.
  private let masking: MaskingRule

  /// What the folder of a run says of its text; `nil` if the model was not left by a run.
  ///
  /// - Parameter model: a run's folder, or a checkpoint in one.
  /// - Throws: `InputError` if the run's record cannot be understood.
  public init?(ofModel model: String) throws {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: model, isDirectory: &isFolder)
    var folder = isFolder.boolValue ? model : (model as NSString).deletingLastPathComponent
    if folder.isEmpty { folder = "." }
    guard Files.exists(ExperimentRecord.path(in: folder)) else { return nil }
    record = try ExperimentRecord(folder: folder)
    let name = URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent
    let arms = record.experiment.arms
    let own = record.experiment.cells.first { $0.folderName == name }?.arm
    masking = (own ?? arms[0]).masking
  }

  /// The part of the text that the run held out.
  ///
  /// - Parameter limit: the most sequences read; by default as many as the run's validation reads.
  /// - Returns: its documents, to be masked as the run's validation masks them.
  /// - Throws: `InputError` if the text is not there any more, or is not the same.
  public func heldOut(limit: Int? = nil) throws -> EvaluationText {
    let path = record.experiment.corpus
    guard Files.exists(path) else {
      throw InputError(
        at: path, "is not there, and the run was trained on it",
        expected: "that text, at the path that the run's record names, or --corpus")
    }
    let file = try CorpusFile(path)
    guard file.hash == record.provenance.corpusSHA256 else {
      throw InputError(
        at: path, "is not the text that the run was trained on any more", expected: "that one, or --corpus")
    }
    return try EvaluationText(heldOutBy: record.experiment, of: file.corpus(), masking: masking, limit: limit)
  }

  /// Whether a corpus is the one whose greater part the run was trained on.
  public func isIn(_ corpus: Corpus) -> Bool { corpus.hash == record.provenance.corpusSHA256 }
}

extension Corpus {
  /// The split of an experiment: the same for every run, whatever its seed.
  func split(_ settings: ValidationSettings) throws -> (training: Documents, validation: Documents) {
    try split(validationFraction: settings.fraction, contiguous: settings.split == .block, seed: 0)
  }
}
