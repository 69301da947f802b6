import Models
import Foundation
import Platform
import TestSupport
import Testing
import Text

@testable import Training

struct SavedModelTests {
  /// A run's folder: a checkpoint of a fresh model, and its tokenizer.
  private func runFolder(_ configuration: EncoderConfiguration) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let data = try TrainingFixture.data()
    let trainer = Trainer(
      encoder: configuration, settings: TrainingFixture.settings(steps: 5), peakLearningRate: 1, seed: 4,
      batches: data.batches, validation: data.validation,
      checkpoints: SavedModel.checkpoints(in: folder.path))
    try trainer.save()
    let vocabulary = try Vocabulary(tokens: Vocabulary.specialTokens + ["a", "b"])
    try TokenizerFolder.write(WordPieceTokenizer(vocabulary: vocabulary, lowercase: false), to: folder.path)
    return folder
  }

  private func configuration(_ position: PositionEncoding) -> EncoderConfiguration {
    EncoderConfiguration(
      vocabularySize: 7, layerCount: 2, hiddenSize: 12, embeddingSize: 8, headCount: 3, position: position,
      residualOrder: .pre, layerNormEpsilon: 1e-5)
  }

  @Test(arguments: [
    PositionEncoding.none, .sinusoidal(.learned), .learned(positionCount: 9),
    .rotary(.init(pairing: .halves, theta: 50, fraction: 0.5, rotatesValues: true)),
    .alibi, .relative, .untied(positionCount: 9),
  ])
  func runFoldersAndCheckpointsOpen(position: PositionEncoding) throws {
    let configuration = configuration(position)
    let folder = try runFolder(configuration)
    let fresh = ModelTraining<_, Float>(
      MaskedTokenPrediction(), configuration, TrainingConfiguration(), seed: 4
    ).store
    for path in [folder.path, folder.path + "/", SavedModel.checkpoints(in: folder.path).newest] {
      let opened = try SavedModel(path: path)
      #expect(opened.configuration == configuration)
      #expect(opened.store.digest() == fresh.digest())
      #expect(opened.tokenizer.encode("a [MASK]") == [5, 4])
      #expect(opened.maximumLength == position.scheme.maximumLength)
    }
  }

  @Test func huggingFaceFoldersOpen() throws {
    let folder = PackageFile.fixture("huggingface/bert")
    for path in [folder, folder + "/model.safetensors"] {
      let opened = try SavedModel(path: path)
      #expect(opened.configuration.hiddenSize == 24 && opened.maximumLength == 20)
      #expect(opened.tokenizer.vocabulary.count == 72)
      #expect(opened.ignored.count == 4)
    }
  }

  @Test func shardsOpen() throws {
    let folder = PackageFile.fixture("huggingface/bert-shards")
    let opened = try SavedModel(path: folder)
    #expect(opened.configuration.hiddenSize == 12)
    #expect(try SavedModel(path: folder + "/model.safetensors.index.json").store.digest() == opened.store.digest())
    // A shard alone is no model.
    let shard = performing { _ = try SavedModel(path: folder + "/model-00001-of-00005.safetensors") }
    #expect(shard.contains("model-00001-of-00005.safetensors: ") && !shard.contains("\n"), "\(shard)")
  }

  @Test func whatIsNoModelIsSaid() throws {
    let folder = try runFolder(configuration(.none))
    try Files.makeFolder(folder.path + "/x/runs")
    func message(_ path: String) -> String { performing { _ = try SavedModel(path: path) } }
    #expect(message("/no/model").hasPrefix("/no/model: no such file or folder; expected a run's folder, a checkpoint"))
    #expect(message(folder.path + "/x").contains("/x: holds no model; expected a run's folder"))
    #expect(message(folder.path + "/vocab.txt").contains("vocab.txt: "))
    try Files.makeFolder(folder.path + "/x/runs/one")
    try FileManager.default.copyItem(
      atPath: folder.path + "/checkpoint.safetensors", toPath: folder.path + "/x/runs/one/checkpoint.safetensors")
    #expect(
      message(folder.path + "/x").contains("holds 1 run; expected one of them, such as \(folder.path)/x/runs/one"))
    #expect(message(folder.path + "/x/runs/one").contains("has no vocabulary"))
    try Vocabulary(tokens: Vocabulary.specialTokens + ["a", "b", "c"]).write(to: folder.path + "/x/runs/one/vocab.txt")
    #expect(message(folder.path + "/x/runs/one").contains("has a vocabulary of 8 tokens; expected at most 7"))
  }

  @Test func damagedCheckpointsAreTold() throws {
    let folder = try runFolder(configuration(.none))
    let file = SavedModel.checkpoints(in: folder.path).newest
    var data = try Data(contentsOf: URL(fileURLWithPath: file))
    data[data.count - 5] ^= 1
    try Files.write(data, to: file)
    #expect(
      performing { _ = try SavedModel(path: folder.path) }.hasSuffix(
        "does not agree with its checksum; expected a checkpoint as it was written"))
  }

  /// As for the run itself: the one before stands in, and nothing is moved.
  @Test(arguments: [true, false]) func aDamagedCheckpointGivesWayToTheOneBefore(isThere: Bool) throws {
    let folder = try runFolder(configuration(.none))
    let checkpoints = SavedModel.checkpoints(in: folder.path)
    let whole = try SavedModel(path: folder.path).store.digest()
    try Files.move(checkpoints.newest, to: checkpoints.previous)
    if isThere { try Files.write("x", to: checkpoints.newest) }
    var warnings: [String] = []
    let opened = try SavedModel(path: folder.path) { warnings.append($0) }
    #expect(opened.store.digest() == whole)
    #expect(
      warnings
        == (isThere
          ? ["\(checkpoints.newest): holds no checksum; using the one before, \(checkpoints.previous)"] : []))
    #expect(Files.exists(checkpoints.newest) == isThere)
    // Who names a file means that one; and where none is whole, there is no model.
    let named = performing { _ = try SavedModel(path: checkpoints.newest) }
    let problem = isThere ? "has 1 byte; expected a safetensors file" : "no such file"
    #expect(named.hasPrefix("\(checkpoints.newest): \(problem)"))
    try Files.write("x", to: checkpoints.previous)
    let fault = performing { _ = try SavedModel(path: folder.path) }
    #expect(fault == "\(checkpoints.previous): has 1 byte; expected a safetensors file")
  }

  /// What the metadata claims takes no memory unless the tensors are there.
  @Test func claimsOfMetadataAreNotTrusted() throws {
    let folder = try runFolder(configuration(.rotary(.init())))
    let file = SavedModel.checkpoints(in: folder.path).newest
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    for (old, new, message) in [
      ("\\\"hiddenSize\\\":12", "\\\"hiddenSize\\\":98", "whose width is 98; expected a multiple of 3 heads"),
      ("\\\"hiddenSize\\\":12", "\\\"hiddenSize\\\":15", "whose heads have size 5; expected an even size"),
      ("\\\"layerCount\\\":2", "\\\"layerCount\\\":9", "has no tensor roformer.encoder.layer.2.attention"),
      ("\\\"layerCount\\\":2", "\\\"layerCount\\\":0", "whose number of layers is 0; expected 1 to 100000000"),
      ("\\\"vocabularySize\\\":7", "\\\"vocabularySize\\\":8", "does not fit"),
      ("\\\"headCount\\\":3", "\\\"headCount\\\":x", "does not say what model it holds"),
      ("\\\"kind\\\":\\\"rotary\\\"", "\\\"kind\\\":\\\"wotary\\\"", "does not say what model it holds"),
    ] {
      var data = whole
      let range = try #require(data.range(of: Data(old.utf8)), "\(old)")
      data.replaceSubrange(range, with: Data(new.utf8))
      try CheckpointChecksum.stamp(&data)
      try Files.write(data, to: file)
      let found = performing { _ = try SavedModel(path: folder.path) }
      #expect(found.contains(message) && !found.contains("\n"), "\(found)")
    }
  }
}
