import Curves

/// Everything that decides how a run goes on, in one safetensors file.
///
/// Weights stand under Hugging Face's names, the optimizer's moments beside them under `optimizer.first.` and
/// `optimizer.second.`, the curve so far as the tensor `curve`, the rest in the metadata as JSON. Random numbers and
/// the position in the data are functions of seed and step, so these two are all that is kept of them. A checksum over
/// the whole file tells a file that is not as it was written.
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
  var measures: [String]? = Measure.all.map(\.name)
  /// The curve so far; a tensor of its own in the file.
  public var points: [CurvePoint] = []
  /// What probes found so far; a tensor of its own in the file, which files without probes lack.
  public var readings: [ProbeReading] = []

  enum CodingKeys: String, CodingKey {
    case formatVersion, step, tokens, elapsedSeconds, identity, digests, pending, measures
  }

  /// The version that this program writes and goes on from.
  public static let currentFormatVersion = 2

  /// The keys of a file's metadata.
  enum MetadataKey {
    /// The state, this type as JSON.
    static let state = "roformer"
    /// The model's shape.
    static let encoder = "encoder"
    /// What the model learns.
    static let objective = "objective"
    /// The names of the probes whose values the tensor `probes` holds, where there is one.
    static let probes = "probes"
    /// The checksum.
    static let checksum = "checksum"
  }

  /// What the names of the optimizer's moments begin with, those of gradients and those of their squares.
  static let momentPrefixes = (first: "optimizer.first.", second: "optimizer.second.")

  /// Why a file cannot be gone on from, though an older one may be: it is not as it was written.
  public struct Damage: Error, CustomStringConvertible {
    /// What is wrong, in a few words.
    public let description: String
  }
}

/// What a step measured of which the curve has no point yet: the held-out loss is still to be measured.
public struct PendingPoint: Codable, Sendable, Equatable {
  /// The learning rate of the step.
  var learningRate: Double
  /// The global gradient norm before clipping.
  var gradientNorm: Double
  /// The loss of the batch, in nats where it is a cross-entropy.
  var lossNats: Double

  /// The values by measure, the loss as what the objective calls it.
  func measured(loss: Measure) -> [Measure: Double] {
    [.learningRate: learningRate, .gradientNorm: gradientNorm, loss: lossNats]
  }
}
