import Formats
import Kernels
import Models
import Platform
import Text
import Training

/// An experiment: a grid of arms × learning rates × seeds, everything that decides its numbers said.
///
/// Made by `Experiment(file:settings:)`, which checks it; see `Schema` for the keys and their defaults.
public struct Experiment: Sendable, Equatable {
  /// Names the folder and the first column of every table: letters, digits, `.`, `_` and `-`.
  public let name: String
  /// What is compared, and why; may be empty.
  public let description: String
  /// The path of the text that is learned from, relative to the working directory.
  public let corpus: String
  /// How text becomes tokens.
  public let tokenizer: TokenizerSpecification
  /// What is held out.
  public let validation: ValidationSettings
  /// How documents become sequences.
  public let packing: PackingPolicy
  /// What is compared.
  public let arms: [Arm]
  /// The arms that speed-ups are relative to, the main one first; of several names in one place, the one that the
  /// selection finds fastest.
  public let baselines: [[String]]
  /// The peak learning rates that every arm is trained at.
  public let learningRates: [Double]
  /// The seeds that every arm is trained with.
  public let seeds: [Int]
  /// Held-out losses to reach, in nats per masked token; may be empty.
  public let targetLosses: [Double]
  /// Targets as fractions of the way from the unigram loss to the best loss of the tuning runs; may be empty.
  public let targetFractions: [Double]
  /// How learning rates are found; `nil` where they are given.
  public let selection: RateSelection?
  /// The runs of one budget; `nil` where there are none.
  public let quality: QualityRuns?
  /// What is looked for inside the encoders; `nil` for nothing.
  public let probes: ProbeSettings?
  /// The canonical form, every default written; reading it again gives an equal experiment.
  public let resolved: JSONValue
  /// Keys that were given and have no effect, one line each, to be shown before training.
  public let notes: [String]

  /// The name of the arm that speed-ups are relative to first of all.
  public var baseline: String { baselines[0][0] }

  /// The held-out losses that an arm is to reach.
  public func targetLosses(of arm: Arm) -> [Double] { arm.targetLosses ?? targetLosses }

  /// The arms in groups of the same masks, in their order.
  var armsByMasks: [[Arm]] {
    arms.reduce(into: []) { groups, arm in
      if let i = groups.firstIndex(where: { $0[0].hasSameMasks(as: arm) }) {
        groups[i].append(arm)
      } else {
        groups.append([arm])
      }
    }
  }

  /// Whether two experiments decide the same numbers in the same words.
  public static func == (a: Experiment, b: Experiment) -> Bool { a.resolved == b.resolved }
}

/// One side of a comparison: a model and how it is trained.
public struct Arm: Sendable, Equatable {
  /// The arm's name: letters, digits, `.`, `_` and `-`.
  public let name: String
  /// How positions are encoded.
  public let position: PositionEncoding
  /// The rest of the model.
  public let model: ModelSettings
  /// Which tokens are hidden, to be predicted.
  public let masking: MaskingRule
  /// How it is trained.
  public let training: TrainingConfiguration
  /// Its own peaks of the learning rate; `nil` for the experiment's.
  public let learningRates: [Double]?
  /// Its own seeds; `nil` for the experiment's.
  public let seeds: [Int]?
  /// The arms that it is compared with; `nil` for the experiment's baselines.
  public let baselines: [[String]]?
  /// Its own held-out losses to reach; `nil` for the experiment's.
  public let targetLosses: [Double]?
  /// The arm whose selected learning rate it takes; `nil` where it is tuned by itself.
  public let rateOf: String?
}

extension Arm {
  /// Whether two arms' held-out losses are taken on the same masks, so that a loss is equally hard for both.
  func hasSameMasks(as other: Arm) -> Bool {
    training.sequenceLength == other.training.sequenceLength && masking == other.masking
  }

  /// What its runs learn.
  var objective: any Objective<PackedSequences> { MaskedTokenPrediction(masking) }
}

/// The shape of an encoder, its positions apart.
public struct ModelSettings: Sendable, Equatable {
  /// The published sizes that are started from.
  public typealias Preset = EncoderConfiguration.Preset

  /// The published sizes that were started from.
  public let preset: Preset
  /// Transformer blocks.
  public let layers: Int
  /// The width of the residual stream.
  public let hiddenSize: Int
  /// Attention heads.
  public let heads: Int
  /// The feed-forward network's inner width.
  public let feedForwardSize: Int
  /// The feed-forward network's activation, and the head's.
  public let activation: Activation
  /// The width of the embeddings.
  public let embeddingSize: Int
  /// Where LayerNorm stands.
  public let normalization: EncoderConfiguration.ResidualOrder
  /// The share of activations set to zero in training.
  public let dropout: Double
  /// ε under LayerNorm's square root.
  public let layerNormEpsilon: Double
  /// How many token types there are.
  public let tokenTypes: Int
  /// The path of a model to start from; `nil` for weights drawn from the seed.
  public let initial: String?
  /// How many steps ALiBi's penalties are added to the scores, besides what the position encoding does.
  public let alibiSteps: Int
}

/// What is looked for inside the encoders while they are trained: the object `probes` of an experiment file.
public struct ProbeSettings: Codable, Sendable, Equatable {
  /// Steps between two looks.
  public var interval: Int
  /// The names of the probes, of `EncoderProbes.names`.
  public var kinds: [String]
}

/// What is held out for validation.
public struct ValidationSettings: Codable, Sendable, Equatable {
  /// How the held-out part is chosen.
  public enum Split: String, Codable, Sendable, CaseIterable {
    /// Whole documents drawn at random.
    case documents
    /// One contiguous block, for corpora whose blank lines do not separate documents.
    case block
  }

  /// The share of the corpus that is held out, above 0 and below 1.
  public var fraction: Double
  /// How the held-out part is chosen.
  public var split: Split
  /// The most held-out sequences that a validation reads.
  public var sequences: Int
}
