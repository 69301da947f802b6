import Encoders
import Training

/// How much work runs are, in floating-point operations, and how fast it has been done.
struct WorkEstimate {
  private(set) var done = 0.0
  private(set) var seconds = 0.0
  let total: Double
  /// How many runs share the machine; `seconds` is the sum of theirs.
  var runsAtOnce = 1

  /// - Parameters:
  ///   - cells: the runs, and the step that each has reached.
  ///   - vocabularySize: of the tokenizer.
  ///   - validationTokens: tokens of one measurement of the held-out loss.
  init(_ cells: [(cell: Cell, step: Int)], vocabularySize: Int, validationTokens: Int) {
    total = cells.reduce(0) { sum, entry in
      let perToken = Self.perToken(entry.cell, vocabularySize)
      let training = entry.cell.training
      let steps = Double(training.steps - entry.step)
      let validations = (steps / Double(training.validationInterval)).rounded(.up)
      return sum + steps * Double(training.batchSize * training.sequenceLength) * perToken
        + validations * Double(validationTokens) * perToken / 3
    }
  }

  /// Operations of training on one token; a forward pass is a third of it.
  static func perToken(_ cell: Cell, _ vocabularySize: Int) -> Double {
    cell.encoder(vocabularySize: vocabularySize).trainingFLOPsPerToken(sequenceLength: cell.training.sequenceLength)
  }

  mutating func add(operations: Double, seconds: Double) {
    done += operations
    self.seconds += seconds
  }

  /// Seconds until all is done at the speed so far.
  var secondsLeft: Double? {
    done > 0 ? max(0, total - done) * seconds / (done * Double(runsAtOnce)) : nil
  }
}
