import Curves
import Formats
import Models
import Foundation
import Kernels
import Platform

/// Everything that decides how a run goes on, in one safetensors file.
///
/// Weights stand under Hugging Face's names, the optimizer's moments beside them under `optimizer.first.` and
/// `optimizer.second.`, the curve so far as the tensor `curve`, the rest in the metadata as JSON. Random numbers and
/// the position in the data are functions of seed and step, so these two are all that is kept of them. A checksum over
/// the whole file, its own digits taken for zeros, tells a file that is not as it was written.
public struct Checkpoint: Codable, Sendable, Equatable {
  /// The version of the format.
  public var formatVersion = currentFormatVersion
  /// Steps done: the next batch's number and, with the seed, the counter of every random number.
  public var step: Int
  /// Tokens trained on.
  public var tokens: Int
  /// Seconds spent.
  public var elapsedSeconds: Double
  /// What the run is; a checkpoint of another one is refused.
  public var identity: RunIdentity
  /// The digest of all batches so far; see `RunDigests`.
  public var digests: RunDigests
  /// What the last step measured, if its point is not on the curve yet.
  public var pending: PendingPoint?
  /// The names of the measures whose values the tensor `curve` holds, in its order.
  ///
  /// `nil` in files of before there was a list of measures; they hold those of `CurvePoint.firstMeasures`.
  public private(set) var measures: [String]? = Measure.all.map(\.name)
  /// The curve so far; a tensor of its own in the file.
  public var points: [CurvePoint] = []

  enum CodingKeys: String, CodingKey {
    case formatVersion, step, tokens, elapsedSeconds, identity, digests, pending, measures
  }

  /// The version that this program writes and goes on from.
  public static let currentFormatVersion = 2

  /// Why a file cannot be gone on from, though an older one may be: it is not as it was written.
  public struct Damage: Error, CustomStringConvertible {
    /// What is wrong, in a few words.
    public let description: String
  }

  // MARK: - Writing

  /// The key of a file's metadata under which the model's shape is described.
  static let encoderKey = "encoder"

  /// Writes a file with the state and the model's weights and moments.
  ///
  /// - Throws: `InputError` if the folder cannot be written.
  func write(_ training: ModelTraining<Float>, to path: String) throws {
    try Files.write(encoded(training), to: path)
  }

  /// The file's bytes.
  func encoded(_ training: ModelTraining<Float>) throws -> Data {
    var items: [SafeTensors.Item] = []
    for (parameter, moments) in zip(training.store.parameters, training.optimizer.moments) {
      let name = training.configuration.checkpointPrefix(parameter.name) + parameter.name
      let shape = parameter.value.shape
      items.append(SafeTensors.Item(name, shape: shape, parameter.value.storage.pointer))
      items.append(SafeTensors.Item("optimizer.first." + name, shape: shape, moments.first.pointer))
      items.append(SafeTensors.Item("optimizer.second." + name, shape: shape, moments.second.pointer))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let state = String(decoding: try encoder.encode(self), as: UTF8.self)
    let shape = String(decoding: try encoder.encode(training.configuration), as: UTF8.self)
    let metadata = [
      "format": "pt", "roformer": state, Self.encoderKey: shape,
      "checksum": Self.checksumLabel + UInt64(0).hexadecimalText,
    ]
    let rows = points.flatMap { $0.row(Measure.all) }
    return try rows.withUnsafeBufferPointer { rows in
      // An empty array has no address; a tensor of no rows reads none.
      let start = rows.baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Double>.alignment)!
      items.append(SafeTensors.Item("curve", shape: [points.count, CurvePoint.columnCount(Measure.all)], start))
      var data = try SafeTensors.encode(items, metadata: metadata)
      Self.stamp(&data)
      return data
    }
  }

  // MARK: - Reading

  /// Reads a file's state, and its weights and moments into a model of the same shape.
  ///
  /// - Throws: `Damage` if the file is not as it was written, before anything is changed; `InputError` if it cannot be
  ///   read or is not a checkpoint of such a model.
  static func read(_ path: String, into training: ModelTraining<Float>) throws -> Checkpoint {
    try checkIsWhole(path)
    let file = try SafeTensors(path: path)
    guard let state = file.metadata["roformer"],
      let version = (try? JSONDecoder().decode(Version.self, from: Data(state.utf8)))?.formatVersion
    else { throw InputError(at: path, "holds no training state", expected: "a checkpoint of this program") }
    guard version == currentFormatVersion else {
      throw InputError(
        at: path, "has format version \(version)",
        expected: "\(currentFormatVersion); go on with the roformer that wrote it, or use --out for another folder")
    }
    guard var checkpoint = try? JSONDecoder().decode(Checkpoint.self, from: Data(state.utf8)), checkpoint.step >= 0,
      checkpoint.tokens >= 0, checkpoint.elapsedSeconds >= 0
    else { throw InputError(at: path, "its training state cannot be understood", expected: "a checkpoint") }
    checkpoint.points = try checkpoint.points(in: file)
    for (parameter, moments) in zip(training.store.parameters, training.optimizer.moments) {
      let name = training.configuration.checkpointPrefix(parameter.name) + parameter.name
      let shape = parameter.value.shape
      try file.read(name, shape: shape, into: parameter.value.storage.pointer)
      try file.read("optimizer.first." + name, shape: shape, into: moments.first.pointer)
      try file.read("optimizer.second." + name, shape: shape, into: moments.second.pointer)
    }
    training.optimizer.resume(stepCount: checkpoint.step)
    return checkpoint
  }

  /// The curve that a file holds.
  private func points(in file: SafeTensors) throws -> [CurvePoint] {
    let measures = try (self.measures ?? CurvePoint.firstMeasures).map { name in
      guard let measure = Measure(named: name) else {
        throw InputError(
          at: file.path, "its curve has the measure \(JSONValue(name).excerpt)",
          expected: "one that this program knows; go on with the roformer that wrote it")
      }
      return measure
    }
    guard Set(measures).count == measures.count else {
      throw InputError(at: file.path, "its curve names a measure twice", expected: "a checkpoint")
    }
    let columns = CurvePoint.columnCount(measures)
    let rows = try file.doubles("curve", columns: columns)
    let points = stride(from: 0, to: rows.count, by: columns).compactMap {
      CurvePoint(row: rows[$0..<$0 + columns], measures)
    }
    guard points.count * columns == rows.count, points.allSatisfy({ $0.step <= step }) else {
      throw InputError(at: file.path, "its curve cannot be understood", expected: "a checkpoint")
    }
    return points
  }

  /// The length of the sequences that a file's run was trained on, if the file says it.
  static func sequenceLength(statedIn file: SafeTensors) -> Int? {
    let state = try? JSONDecoder().decode(Checkpoint.self, from: Data((file.metadata["roformer"] ?? "").utf8))
    return (state?.identity.settings.sequenceLength).flatMap { $0 >= 3 ? $0 : nil }
  }

  /// All that is read of a state whose version is not known yet.
  private struct Version: Codable {
    var formatVersion: Int
  }

  // MARK: - Checksum

  /// Stands before the checksum's digits and nowhere else in a header.
  private static let checksumLabel = "checksum64:"
  private static let digitCount = 16

  /// Checks that a file is as it was written.
  ///
  /// - Throws: `Damage` if it is not; `InputError` if it cannot be read.
  static func checkIsWhole(_ path: String) throws {
    let data = try Files.read(path, as: "a checkpoint")
    guard let digits = checksumDigits(in: data) else { throw Damage(description: "holds no checksum") }
    guard checksum(of: data, blanking: digits).hexadecimalText == String(decoding: data[digits], as: UTF8.self) else {
      throw Damage(description: "does not agree with its checksum")
    }
  }

  /// Writes the checksum of a file's bytes into its place in the header.
  static func stamp(_ data: inout Data) {
    guard let digits = checksumDigits(in: data) else {
      preconditionFailure("Checkpoint.stamp: the checksum has no place in the header")
    }
    let checksum = checksum(of: data, blanking: digits)
    data.replaceSubrange(digits, with: Data(checksum.hexadecimalText.utf8))
  }

  /// Where the checksum's digits are; `nil` if the header has none.
  private static func checksumDigits(in data: Data) -> Range<Data.Index>? {
    guard data.count > 8 else { return nil }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let header = data.dropFirst(8).prefix(Int(min(length, UInt64(data.count))))
    guard let label = header.range(of: Data(checksumLabel.utf8)), header.endIndex - label.upperBound >= digitCount
    else { return nil }
    return label.upperBound..<label.upperBound + digitCount
  }

  private static func checksum(of data: Data, blanking digits: Range<Data.Index>) -> UInt64 {
    var checksum = Checksum()
    data.withUnsafeBytes { bytes in
      checksum.update(UnsafeRawBufferPointer(rebasing: bytes[..<(digits.lowerBound - data.startIndex)]))
      Array(UInt64(0).hexadecimalText.utf8).withUnsafeBytes { checksum.update($0) }
      checksum.update(UnsafeRawBufferPointer(rebasing: bytes[(digits.upperBound - data.startIndex)...]))
    }
    return checksum.value
  }
}

/// What makes a run the same run: all that its weights and batches are functions of, but for the text.
public struct RunIdentity: Codable, Sendable, Equatable {
  /// Keys weights, dropout, batches and masks.
  public var seed: UInt64
  /// The learning rate's peak.
  public var peakLearningRate: Double
  /// Steps, sizes and the optimizer.
  public var settings: TrainingConfiguration
  /// How many sequences the batches are drawn from.
  public var sequenceCount: Int

  /// The first difference to another run's, in words: what it is there and what it is here.
  func difference(to other: RunIdentity) -> String? {
    var (here, there) = (self, other)
    // How often checkpoints are written decides no number.
    here.settings.checkpointInterval = 0
    there.settings.checkpointInterval = 0
    guard here != there else { return nil }
    if here.seed != there.seed { return "the seed was \(there.seed) and is \(here.seed)" }
    if here.peakLearningRate != there.peakLearningRate {
      return "the learning rate was \(there.peakLearningRate) and is \(here.peakLearningRate)"
    }
    if here.sequenceCount != there.sequenceCount {
      return "the text gave \(there.sequenceCount.counted("sequence")) and gives \(here.sequenceCount)"
    }
    return "the training settings have changed"
  }
}

/// What a step measured of which the curve has no point yet: the held-out loss is still to be measured.
public struct PendingPoint: Codable, Sendable, Equatable {
  /// The learning rate of the step.
  var learningRate: Double
  /// The global gradient norm before clipping.
  var gradientNorm: Double
  /// The mean loss over the batch's masked tokens, in nats.
  var lossNats: Double
}

extension EncoderConfiguration {
  /// What Hugging Face's names of a weight begin with: the model's name for the trunk, nothing for the head.
  func checkpointPrefix(_ name: String) -> String {
    guard !name.hasPrefix("cls.") else { return "" }
    if case .rotary = position { return "roformer." } else { return "bert." }
  }
}
