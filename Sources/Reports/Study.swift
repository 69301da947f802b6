import Curves
import Platform

/// An experiment as its report sees it: what was compared, on which grid, towards which losses.
///
/// It knows nothing of models and of training; whoever makes a report fills it in from the experiment's record.
public struct Study: Sendable, Equatable {
  /// The experiment's name, the first column of every table.
  public var name: String
  /// What is compared, and why; may be empty.
  public var description: String
  /// What its runs are for.
  public var stage: Stage
  /// What is compared.
  public var arms: [Arm]
  /// The names of the arms that speed-ups are relative to, the main one first; at least one.
  public var baselines: [String]
  /// What else a reader of comparisons must know, a sentence each; may be empty.
  public var notes: [String]
  /// The peak learning rates of every arm that has none of its own.
  public var learningRates: [Double]
  /// The seeds of every arm that has none of its own.
  public var seeds: [Int]
  /// Held-out losses to reach, in nats per masked token: those of all arms; may be empty.
  public var targetLosses: [Double]
  /// Where the numbers come from.
  public var origin: Origin

  /// What runs are for.
  public enum Stage: String, Sendable, CaseIterable {
    /// They choose each arm's learning rate, on seeds of their own.
    case tuning
    /// They say how soon each arm reaches a loss.
    case evaluation
    /// They say how good each arm is after one budget.
    case quality
  }

  /// One side of the comparison.
  public struct Arm: Sendable, Equatable {
    /// The arm's name.
    public var name: String
    /// The family of its position encoding, such as `rotary`.
    public var position: String
    /// The optimizer steps of a run: its budget.
    public var steps: Int
    /// The rule by which a run may end before its budget; `nil` if none does.
    public var stop: TargetStop?
    /// Floating-point operations of training, a token.
    public var flopsPerToken: Double
    /// Trained parameters; `nil` if that was not recorded.
    public var parameterCount: Int?
    /// The arm's own learning rates; `nil` if it has the study's.
    public var learningRates: [Double]?
    /// The arm's own seeds; `nil` if it has the study's.
    public var seeds: [Int]?
    /// The baselines of this arm alone, the main one first; `nil` if it has the study's.
    public var baselines: [String]?
    /// The loss of the training text's word frequencies on the held-out masks of this arm, in nats per masked token.
    public var unigramLoss: Double?
    /// The targets of this arm; `nil` if all of the study's are.
    public var targetLosses: [Double]?
    /// The target that decides on the arm's learning rate; `nil` for the middle one of its targets.
    public var decidingTarget: Double?
    /// What the held-out loss is taken on, in words: losses of arms compare where these are equal.
    public var heldOut: String

    /// An arm.
    public init(
      name: String, position: String, steps: Int, stop: TargetStop? = nil, flopsPerToken: Double, parameterCount: Int?,
      learningRates: [Double]? = nil, seeds: [Int]? = nil, baselines: [String]? = nil, unigramLoss: Double? = nil,
      targetLosses: [Double]? = nil, decidingTarget: Double? = nil, heldOut: String = ""
    ) {
      self.name = name
      self.position = position
      self.steps = steps
      self.stop = stop
      self.flopsPerToken = flopsPerToken
      self.parameterCount = parameterCount
      self.learningRates = learningRates
      self.seeds = seeds
      self.baselines = baselines
      self.unigramLoss = unigramLoss
      self.targetLosses = targetLosses
      self.decidingTarget = decidingTarget
      self.heldOut = heldOut
    }
  }

  /// Which program made the numbers, from what.
  ///
  /// Digests are SHA-256, in hexadecimal.
  public struct Origin: Sendable, Equatable {
    /// The program's version.
    public var programVersion: String
    /// What the program was built for, such as `x86-64-v4 release`.
    public var buildTarget: String
    /// The path of the text that was learned from.
    public var corpus: String
    /// The text's digest.
    public var corpusSHA256: String
    /// How many tokens the vocabulary has.
    public var vocabularySize: Int
    /// The vocabulary's digest.
    public var vocabularySHA256: String

    /// Where an experiment's numbers come from.
    public init(
      programVersion: String, buildTarget: String, corpus: String, corpusSHA256: String, vocabularySize: Int,
      vocabularySHA256: String
    ) {
      self.programVersion = programVersion
      self.buildTarget = buildTarget
      self.corpus = corpus
      self.corpusSHA256 = corpusSHA256
      self.vocabularySize = vocabularySize
      self.vocabularySHA256 = vocabularySHA256
    }
  }

  /// An experiment.
  ///
  /// - Precondition: there is a baseline.
  public init(
    name: String, description: String = "", stage: Stage = .evaluation, arms: [Arm], baselines: [String],
    notes: [String] = [], learningRates: [Double], seeds: [Int], targetLosses: [Double], origin: Origin
  ) {
    precondition(!baselines.isEmpty, "Study \(name): no baseline")
    self.name = name
    self.description = description
    self.stage = stage
    self.arms = arms
    self.baselines = baselines
    self.notes = notes
    self.learningRates = learningRates
    self.seeds = seeds
    self.targetLosses = targetLosses
    self.origin = origin
  }
}
