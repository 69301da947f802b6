import Training

/// How long runs are expected to take, and how long what is done of them took.
///
/// What is expected comes from trial steps; what is measured takes its place as it grows.
struct WorkEstimate {
  /// Seconds that the runs are expected to take, each by itself; less, once one has ended before its steps were done.
  private(set) var total: Double
  /// How many runs share the machine; `expected` and `seconds` are sums over them.
  var runsAtOnce = 1
  /// Seconds that were expected for what is done.
  private var expected = 0.0
  /// Seconds that it took.
  private var seconds = 0.0
  private let pace: Pace
  private let vocabularySize: Int
  private let validationTokens: Int

  /// Seconds of measurement that weigh as much as the trial.
  private static let trialWeight = 10.0

  /// - Parameters:
  ///   - cells: the runs, and the step that each has reached.
  ///   - pace: how fast they are expected to be.
  ///   - vocabularySize: of the tokenizer.
  ///   - validationTokens: tokens of one measurement of the held-out loss.
  init(_ cells: [(cell: Cell, step: Int)], _ pace: Pace, vocabularySize: Int, validationTokens: Int) {
    self.pace = pace
    self.vocabularySize = vocabularySize
    self.validationTokens = validationTokens
    total = 0
    total = cells.reduce(0) { $0 + seconds($1.cell, from: $1.step) }
  }

  /// Seconds that the rest of a run is expected to take.
  private func seconds(_ cell: Cell, from step: Int) -> Double {
    let training = cell.training
    let steps = training.steps - step
    // One at step 0 too, which a run that goes on has behind it.
    let validations = (steps + training.validationInterval - 1) / training.validationInterval + (step == 0 ? 1 : 0)
    return pace.seconds(
      cell, vocabularySize, trained: steps * training.batchSize * training.sequenceLength,
      measured: validations * validationTokens)
  }

  /// Takes that a run has ended at a step, whatever was left of its budget.
  mutating func end(_ cell: Cell, at step: Int) {
    if step < cell.training.steps { total -= seconds(cell, from: step) }
  }

  /// Counts tokens that a run has trained on, and those that its held-out loss was measured on.
  mutating func add(_ cell: Cell, vocabularySize: Int, trained: Int, measured: Int, seconds: Double) {
    expected += pace.seconds(cell, vocabularySize, trained: trained, measured: measured)
    self.seconds += seconds
  }

  /// Seconds until all is done: what is expected, corrected by what was measured so far.
  var secondsLeft: Double? {
    let weight = pace.isMeasured ? Self.trialWeight * Double(runsAtOnce) : 0
    guard weight + expected > 0 else { return nil }
    return max(0, total - expected) * (weight + seconds) / (weight + expected) / Double(runsAtOnce)
  }
}

/// How fast models are trained: seconds for a floating-point operation, by the model's size.
struct Pace {
  private var sizes: [(cell: Cell, secondsPerOperation: Double)] = []

  /// A pace that no trial has told yet.
  init() {}

  /// Whether trials have told it.
  var isMeasured: Bool { !sizes.isEmpty }

  /// The first of the cells of each size.
  static func differing(_ cells: [Cell]) -> [Cell] {
    cells.reduce(into: []) { found, cell in
      if !found.contains(where: { $0.isAsFast(as: cell) }) { found.append(cell) }
    }
  }

  /// Takes how long steps of a cell took.
  mutating func add(_ cell: Cell, vocabularySize: Int, trained: Int, seconds: Double) {
    sizes.append((cell, seconds / (Double(trained) * perToken(cell, vocabularySize))))
  }

  /// Seconds that training on tokens, and measuring the held-out loss on others, is expected to take; in units of its
  /// own where no trial has told.
  func seconds(_ cell: Cell, _ vocabularySize: Int, trained: Int, measured: Int) -> Double {
    // A forward pass is a third of a step.
    let tokens = Double(trained) + Double(measured) / 3
    let pace = sizes.first { $0.cell.isAsFast(as: cell) }?.secondsPerOperation ?? 1
    return tokens * perToken(cell, vocabularySize) * pace
  }

  /// Operations of training on one token.
  private func perToken(_ cell: Cell, _ vocabularySize: Int) -> Double {
    cell.arm.trainingFLOPsPerToken(vocabularySize: vocabularySize)
  }
}

extension Cell {
  /// Whether steps of both are expected to take as long: models and batches of one size, whatever the position encoding.
  fileprivate func isAsFast(as other: Cell) -> Bool {
    arm.model == other.arm.model && training.batchSize == other.training.batchSize
      && training.sequenceLength == other.training.sequenceLength
  }
}
