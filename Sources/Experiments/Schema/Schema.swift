import Models
import Formats
import Kernels
import Platform
import Training
import Text

/// The keys of an experiment file: one table from which come parsing, errors, `--set` and the help.
///
/// What a key is called, may hold and holds by default stands here and nowhere else.
struct SchemaKey: Sendable {
  /// The object that a key stands in.
  enum Section: String, CaseIterable, Sendable {
    case experiment, tokenizer, validation, masking, model, training, selection, quality, probes
    /// What arms alone say.
    case arm
  }

  /// What holds where a file says nothing.
  enum Standard: Sendable {
    /// The key must be given.
    case required
    /// A value that is written into the resolved file.
    case value(JSONValue)
    /// Something that other keys decide, in words.
    case derived(String)
  }

  var section: Section
  var name: String
  var type: ValueType
  var standard: Standard
  var summary: String
  /// Whether another value makes other numbers of a run; going on with a run demands the same.
  ///
  /// Which runs there are, and what is reported of them, decides none.
  var decidesNumbers = true

  /// The dotted path of the key in the file.
  var path: String {
    switch section {
    case .experiment: name
    case .arm: "arms.NAME.\(name)"
    default: "\(section.rawValue).\(name)"
    }
  }
  /// Whether arms may override the key.
  var isInArms: Bool { [.masking, .model, .training, .arm].contains(section) }
}

/// The table of keys.
enum Schema {
  /// What the resolved file adds to an experiment; not a key of the experiment.
  static let provenance = "provenance"

  static let keys: [SchemaKey] =
    experiment + tokenizer + validation + masking + model + positions + training + selection + quality + probes + arm

  /// Keys by section, in the table's order.
  static func keys(of section: SchemaKey.Section) -> [SchemaKey] { keys.filter { $0.section == section } }

  /// The sections that are objects of the file.
  static let sections = SchemaKey.Section.allCases.filter { $0 != .experiment && $0 != .arm }

  private static let experiment: [SchemaKey] = [
    key(.experiment, "name", .name, .required, "names the folder and the first column of every table"),
    key(.experiment, "description", .prose, "", "what is compared, and why", decidesNumbers: false),
    key(.experiment, "corpus", .text, .required, "a UTF-8 file, documents separated by blank lines"),
    key(
      .experiment, "packing", .choice(PackingPolicy.allCases.map(\.rawValue)), "packed",
      "how documents become sequences: end to end, or each padded by itself"),
    key(
      .experiment, "baseline", .name, .derived("the first arm"), "the arm that speed-ups are relative to",
      decidesNumbers: false),
    key(
      .experiment, "baselines", .list(.oneOrMore(.name), minimumCount: 1), .derived("baseline alone"),
      "all arms that speed-ups are relative to; of a list within the list, the one that selection finds fastest",
      decidesNumbers: false),
    key(
      .experiment, "learningRates", .list(positive(upTo: 10), minimumCount: 1),
      [1e-3], "the peaks of the learning rate that every arm is trained at", decidesNumbers: false),
    key(
      .experiment, "seeds", .list(.whole(0...Int(UInt32.max)), minimumCount: 1), [0, 1, 2],
      "the seeds that every arm is trained with; runs of one seed are paired", decidesNumbers: false),
    key(
      .experiment, "targetLosses", .list(positive(upTo: 100), minimumCount: 0),
      .value(JSONValue(.list([]))), "held-out losses to reach, in nats per masked token", decidesNumbers: false),
    key(
      .experiment, "targetFractions",
      .list(.number(.init(lowest: 0, includesLowest: false, highest: 1, includesHighest: false)), minimumCount: 1),
      .derived("targetLosses are given"),
      "targets by a rule: fractions of the way from the unigram loss to the best loss of the tuning runs",
      decidesNumbers: false),
  ]

  private static let tokenizer: [SchemaKey] = [
    key(
      .tokenizer, "kind", .choice(TokenizerSpecification.Kind.allCases.map(\.rawValue)), "wordpiece",
      "pieces of words as in BERT, or single characters"),
    key(
      .tokenizer, "vocabularySize", .whole(6...1_000_000), 8192,
      "an upper bound on the number of tokens, the special ones included"),
    key(.tokenizer, "lowercase", .flag, true, "whether capitals and accents are removed, as in BERT's uncased models"),
    key(
      .tokenizer, "stripAccents", .flag, .derived("as lowercase"),
      "whether accents are removed; pieces of words alone"),
    key(
      .tokenizer, "separateIdeographs", .flag, .derived("true"),
      "whether Chinese characters are words of their own; pieces of words alone"),
    key(
      .tokenizer, "vocabulary", .text, .derived("learned from the training part of the corpus"),
      "a vocabulary file, one token a line; or a folder of Hugging Face or its tokenizer.json, whose own settings hold"),
  ]

  private static let validation: [SchemaKey] = [
    key(
      .validation, "fraction", .number(.init(lowest: 0, includesLowest: false, highest: 1, includesHighest: false)),
      0.1,
      "the share of the corpus that is held out"),
    key(
      .validation, "split", .choice(ValidationSettings.Split.allCases.map(\.rawValue)), "documents",
      "hold out whole documents drawn at random, or one contiguous block"),
    key(.validation, "sequences", .whole(1...1_000_000), 256, "the most held-out sequences that a validation reads"),
  ]

  private static let masking: [SchemaKey] = [
    key(
      .masking, "probability", positive(upTo: 1), 0.15,
      "the share of a sequence's tokens that are to be predicted"),
    key(.masking, "cap", .whole(1...maximumLength), .derived("no cap"), "the most predictions a sequence"),
  ]

  private static let model: [SchemaKey] = [
    key(
      .model, "preset", .choice(ModelSettings.Preset.allCases.map(\.rawValue)), "tiny",
      "the sizes of a published BERT; layers, hiddenSize and heads override it"),
    key(.model, "layers", .whole(1...1024), .derived("the preset's"), "transformer blocks"),
    key(.model, "hiddenSize", .whole(2...65536), .derived("the preset's"), "the width of the residual stream"),
    key(.model, "heads", .whole(1...4096), .derived("the preset's"), "attention heads; they divide hiddenSize"),
    key(
      .model, "feedForwardSize", .whole(1...1_048_576), .derived("4 × hiddenSize"),
      "the feed-forward network's inner width"),
    key(
      .model, "activation", .choice(Activation.allCases.map(\.rawValue)), .value(JSONValue(Activation.gelu.rawValue)),
      "the feed-forward network's activation, and that of the head: GELU exact or with tanh, ReLU, SiLU"),
    key(
      .model, "embeddingSize", .whole(2...65536), .derived("hiddenSize"),
      "the width of the embeddings, as in RoFormer; a linear map follows where it differs from hiddenSize"),
    key(
      .model, "normalization", .choice(["post", "pre"]), "post",
      "LayerNorm after each residual sum as in BERT, or before each sub-layer"),
    key(
      .model, "dropout", .number(.init(lowest: 0, highest: 1, includesHighest: false)), 0.0,
      "the share of activations set to zero in training"),
    key(
      .model, "layerNormEpsilon", .number(.init(lowest: 0, includesLowest: false, highest: 1, includesHighest: false)),
      1e-12, "ε under LayerNorm's square root"),
    key(.model, "tokenTypes", .whole(1...1024), 2, "rows of the table of token types (segments)"),
    key(
      .model, "initial", .text, .derived("weights drawn from the seed"),
      "a model to start from: a run's folder, a checkpoint, or a folder of Hugging Face; what its position encoding "
        + "lacks is drawn from the seed"),
    key(
      .model, "alibiSteps", .whole(0...maximumSteps), 0,
      "steps during which ALiBi's penalties are added to the scores, besides what the position encoding does"),
    key(
      .model, "position", .choice(PositionFamily.allCases.map(\.rawValue)), .derived("each arm says it"),
      "how positions are encoded"),
  ]

  private static let training: [SchemaKey] = {
    let standard = TrainingConfiguration()
    let share = ValueType.number(.init(lowest: 0, highest: 1, includesHighest: false))
    return [
      key(.training, "steps", .whole(1...maximumSteps), standard.steps, "optimizer steps"),
      key(.training, "batchSize", .whole(1...1_048_576), standard.batchSize, "sequences a step"),
      key(
        .training, "sequenceLength", .whole(4...maximumLength), standard.sequenceLength,
        "tokens a sequence, special tokens and padding included"),
      key(
        .training, "warmupSteps", .whole(0...maximumSteps), standard.warmupSteps,
        "steps over which the learning rate rises from 0; may exceed steps"),
      key(
        .training, "schedule", .choice(LearningRateSchedule.Shape.allCases.map(\.rawValue)),
        .value(JSONValue(standard.schedule.rawValue)),
        "the learning rate after the warm-up: a linear decay, constant, a decay over the last steps, or half a cosine"),
      key(
        .training, "decaySteps", .whole(1...maximumSteps), .derived("a fifth of steps"),
        "stable-decay: steps of the decay at the end"),
      key(
        .training, "decayFloor", .number(.init(lowest: 0, highest: 1)), standard.decayFloor,
        "the share of the peak that a decay of the learning rate falls to"),
      key(
        .training, "stopAfterTargets", .whole(0...maximumSteps), .derived("a run takes all its steps"),
        "end a run so many steps after its held-out loss has been at the lowest target for two validations running",
        decidesNumbers: false),
      key(
        .training, "validationInterval", .whole(1...maximumSteps), standard.validationInterval,
        "steps between two measurements of the held-out loss"),
      key(
        .training, "logInterval", .whole(1...maximumSteps), standard.logInterval,
        "steps between two logged training losses"),
      key(
        .training, "checkpointInterval", .whole(1...maximumSteps), standard.checkpointInterval,
        "steps between two checkpoints", decidesNumbers: false),
      key(.training, "beta1", share, standard.beta1, "AdamW: decay of the first moment"),
      key(.training, "beta2", share, standard.beta2, "AdamW: decay of the second moment"),
      key(
        .training, "epsilon", positive(upTo: 1), standard.epsilon,
        "AdamW: ε in the update's denominator"),
      key(
        .training, "weightDecay", .number(.init(lowest: 0, highest: 1000)), standard.weightDecay,
        "AdamW: decoupled decay, except on biases and LayerNorm"),
      key(
        .training, "clipNorm", .number(.init(lowest: 0, highest: 1e9)), standard.clipNorm,
        "the global gradient norm that larger gradients are scaled down to; 0 switches clipping off"),
      key(
        .training, "biasCorrection", .flag, standard.biasCorrection,
        "AdamW: whether the moments' bias is corrected; Google's BERT does not"),
      key(
        .training, "seedOffset", .whole(0...Int(UInt32.max)), standard.seedOffset,
        "added to the seed; a sham arm, equal to another but for chance, sets it"),
    ]
  }()

  /// The keys of `selection`, whose presence makes an experiment tune its learning rates first.
  private static let selection: [SchemaKey] = [
    key(
      .selection, "learningRates", .list(positive(upTo: 10), minimumCount: 2), .required,
      "the grid of peaks that every arm is tuned on", decidesNumbers: false),
    key(
      .selection, "seeds", .list(.whole(0...Int(UInt32.max)), minimumCount: 1), [1000],
      "the seeds of the tuning runs, which are never reported", decidesNumbers: false),
    key(
      .selection, "target", positive(upTo: 100), .derived("the middle one"),
      "the target that decides: one of targetLosses, or of targetFractions", decidesNumbers: false),
    key(
      .selection, "extensions", .whole(0...20), 3,
      "how many rates the grid may be extended by at either end, while an arm's best rate lies at that end",
      decidesNumbers: false),
    key(
      .selection, "seedsOfUnreached", .whole(1...ValueType.maximumCount), .derived("all"),
      "how many of the seeds an arm gets that reached no target at any rate", decidesNumbers: false),
  ]

  /// The keys of `quality`, whose presence adds runs of one budget with a decay.
  private static let quality: [SchemaKey] = [
    key(
      .quality, "seeds", .list(.whole(0...Int(UInt32.max)), minimumCount: 1), .required,
      "the seeds of the runs of one budget, from which final losses are read", decidesNumbers: false),
    key(.quality, "steps", .whole(1...maximumSteps), .derived("training.steps"), "the budget", decidesNumbers: false),
    key(
      .quality, "schedule", .choice(LearningRateSchedule.Shape.allCases.map(\.rawValue)),
      .value(JSONValue(LearningRateSchedule.Shape.linear.rawValue)), "their learning rate after the warm-up",
      decidesNumbers: false),
  ]

  /// The keys of `probes`, whose presence has the encoder looked into while it is trained.
  private static let probes: [SchemaKey] = [
    key(
      .probes, "interval", .whole(1...maximumSteps), .required,
      "steps between two looks, a multiple of every arm's validationInterval"),
    key(
      .probes, "kinds", .list(.choice(EncoderProbes.names), minimumCount: 1),
      .value(JSONValue(.list(EncoderProbes.names.map { JSONValue($0) }))), "what is looked for"),
  ]

  /// The keys that arms alone have.
  private static let arm: [SchemaKey] = [
    key(
      .arm, "learningRates", .list(positive(upTo: 10), minimumCount: 1), .derived("the experiment's"),
      "the arm's own peaks of the learning rate", decidesNumbers: false),
    key(
      .arm, "seeds", .list(.whole(0...Int(UInt32.max)), minimumCount: 1), .derived("the experiment's"),
      "the arm's own seeds", decidesNumbers: false),
    key(
      .arm, "baselines", .list(.oneOrMore(.name), minimumCount: 1), .derived("the experiment's"),
      "the arms that this one is compared with", decidesNumbers: false),
    key(
      .arm, "targetLosses", .list(positive(upTo: 100), minimumCount: 0), .derived("the experiment's"),
      "the arm's own held-out losses to reach, as of other masks or another length", decidesNumbers: false),
    key(
      .arm, "rateOf", .name, .derived("tuned by itself"),
      "the arm whose selected rate this one takes, as a sham arm does", decidesNumbers: false),
  ]

  static func positive(upTo highest: Double) -> ValueType {
    .number(.init(lowest: 0, includesLowest: false, highest: highest))
  }

  static let maximumLength = 1_048_576
  private static let maximumSteps = 1_000_000_000

  private static func key(
    _ section: SchemaKey.Section, _ name: String, _ type: ValueType, _ standard: SchemaKey.Standard, _ summary: String,
    decidesNumbers: Bool = true
  ) -> SchemaKey {
    SchemaKey(
      section: section, name: name, type: type, standard: standard, summary: summary, decidesNumbers: decidesNumbers)
  }

  private static func key(
    _ section: SchemaKey.Section, _ name: String, _ type: ValueType, _ standard: some Literal, _ summary: String,
    decidesNumbers: Bool = true
  ) -> SchemaKey {
    key(section, name, type, .value(standard.json), summary, decidesNumbers: decidesNumbers)
  }
}

/// A Swift value that stands as a default in the table.
private protocol Literal {
  var json: JSONValue { get }
}

extension Int: Literal {
  fileprivate var json: JSONValue { JSONValue(self) }
}
extension Double: Literal {
  fileprivate var json: JSONValue { JSONValue(self) }
}
extension Bool: Literal {
  fileprivate var json: JSONValue { JSONValue(self) }
}
extension String: Literal {
  fileprivate var json: JSONValue { JSONValue(self) }
}
extension Array: Literal where Element: Literal {
  fileprivate var json: JSONValue { JSONValue(.list(map(\.json))) }
}
