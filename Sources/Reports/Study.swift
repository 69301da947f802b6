import Platform

/// An experiment as its report sees it: what was compared, on which grid, towards which losses.
///
/// It knows nothing of models and of training; whoever makes a report fills it in from the experiment's record.
public struct Study: Sendable, Equatable {
  /// The experiment's name, the first column of every table.
  public var name: String
  /// What is compared, and why; may be empty.
  public var description: String
  /// What is compared.
  public var arms: [Arm]
  /// The name of the arm that speed-ups are relative to.
  public var baseline: String
  /// The peak learning rates that every arm is trained at.
  public var learningRates: [Double]
  /// The seeds that every arm is trained with.
  public var seeds: [Int]
  /// Held-out losses to reach, in nats per masked token; may be empty.
  public var targetLosses: [Double]
  /// Where the numbers come from.
  public var origin: Origin

  /// One side of the comparison.
  public struct Arm: Sendable, Equatable {
    /// The arm's name.
    public var name: String
    /// The family of its position encoding, such as `rotary`.
    public var position: String
    /// The optimizer steps of a run: its budget.
    public var steps: Int
    /// Floating-point operations of training, a token.
    public var flopsPerToken: Double
    /// Trained parameters; `nil` if that was not recorded.
    public var parameterCount: Int?

    /// An arm.
    public init(name: String, position: String, steps: Int, flopsPerToken: Double, parameterCount: Int?) {
      self.name = name
      self.position = position
      self.steps = steps
      self.flopsPerToken = flopsPerToken
      self.parameterCount = parameterCount
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
  public init(
    name: String, description: String = "", arms: [Arm], baseline: String, learningRates: [Double], seeds: [Int],
    targetLosses: [Double], origin: Origin
  ) {
    self.name = name
    self.description = description
    self.arms = arms
    self.baseline = baseline
    self.learningRates = learningRates
    self.seeds = seeds
    self.targetLosses = targetLosses
    self.origin = origin
  }
}

extension Study {
  /// A place in the grid: which run it is.
  public struct Cell: Sendable, Equatable {
    /// What was trained.
    public var arm: Arm
    /// The peak of the learning rate.
    public var learningRate: Double
    /// The seed as the experiment lists it, by which runs are paired.
    public var seed: Int

    /// The run's name.
    public var name: String { Self.name(arm: arm.name, learningRate: learningRate, seed: seed) }

    /// The name of a run and of its folder: `<arm>-lr<rate>-seed<k>`.
    public static func name(arm: String, learningRate: Double, seed: Int) -> String {
      "\(arm)-lr\(learningRate.shortText)-seed\(seed)"
    }
  }

  /// The grid: arms outermost, then learning rates, then seeds.
  public var cells: [Cell] {
    arms.flatMap { arm in
      learningRates.flatMap { rate in seeds.map { Cell(arm: arm, learningRate: rate, seed: $0) } }
    }
  }
}
