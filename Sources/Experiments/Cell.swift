import Curves
import Formats
import Models
import Platform
import Reports
import Training

/// One run of an experiment: an arm at a learning rate with a seed.
public struct Cell: Sendable, Equatable {
  /// The cell's number, from 0: arms outermost, then learning rates, then seeds.
  public let index: Int
  /// What is trained.
  public let arm: Arm
  /// The peak of the learning rate.
  public let learningRate: Double
  /// The seed as the experiment lists it, by which runs are paired.
  public let seed: Int

  /// The seed that random numbers are keyed with: the listed one and the arm's offset.
  public var randomSeed: UInt64 { UInt64(seed) + UInt64(arm.training.seedOffset) }

  /// How the run is trained.
  public var training: TrainingConfiguration { arm.training }

  /// When the run ends before its steps are done; `nil` for never.
  public let stop: TargetStop?

  /// What is looked for inside the encoder; `nil` for nothing.
  public let probes: ProbeSettings?

  /// The step of the last look into the encoder of a run that ended at a step; `nil` if nobody looks.
  func lastProbedStep(of end: Int) -> Int? {
    probes.map { end == training.steps ? end : end / $0.interval * $0.interval }
  }

  /// The run's folder under `runs/`: `<arm>-lr<rate>-seed<k>`.
  public var folderName: String { Study.Cell.name(arm: arm.name, learningRate: learningRate, seed: seed) }

  /// The same run under another number.
  func numbered(_ index: Int) -> Cell {
    Cell(index: index, arm: arm, learningRate: learningRate, seed: seed, stop: stop, probes: probes)
  }

  /// The encoder that is trained.
  ///
  /// - Parameter vocabularySize: how many tokens the tokenizer came to have.
  /// - Returns: its configuration.
  public func encoder(vocabularySize: Int) -> EncoderConfiguration { arm.encoder(vocabularySize: vocabularySize) }
}

extension Arm {
  /// The encoder that the arm trains.
  ///
  /// - Parameter vocabularySize: how many tokens the tokenizer came to have.
  /// - Returns: its configuration.
  public func encoder(vocabularySize: Int) -> EncoderConfiguration {
    EncoderConfiguration(
      vocabularySize: vocabularySize, layerCount: model.layers, hiddenSize: model.hiddenSize,
      embeddingSize: model.embeddingSize, headCount: model.heads, feedForwardSize: model.feedForwardSize,
      activation: model.activation,
      position: position, alibiSteps: model.alibiSteps, residualOrder: model.normalization, dropout: model.dropout,
      tokenTypeCount: model.tokenTypes, layerNormEpsilon: model.layerNormEpsilon)
  }
}

extension Arm {
  /// Floating-point operations of training on one token.
  ///
  /// - Parameter vocabularySize: how many tokens the tokenizer came to have.
  /// - Returns: operations, as the formula of the benchmarks counts them.
  func trainingFLOPsPerToken(vocabularySize: Int) -> Double {
    let length = training.sequenceLength
    return encoder(vocabularySize: vocabularySize).trainingFLOPsPerToken(
      sequenceLength: length, predictedShare: objective.predictedShare(sequenceLength: length))
  }
}

extension Experiment {
  /// The grid's runs in the order of their numbers.
  public var cells: [Cell] {
    var cells: [Cell] = []
    for arm in arms {
      for learningRate in arm.learningRates ?? learningRates {
        for seed in arm.seeds ?? seeds {
          cells.append(
            Cell(
              index: cells.count, arm: arm, learningRate: learningRate, seed: seed, stop: stop(of: arm), probes: probes)
          )
        }
      }
    }
    return cells
  }

  /// When runs of an arm end before their steps are done: after the lowest target, where the arm says so.
  func stop(of arm: Arm) -> TargetStop? {
    guard let extraSteps = arm.training.stopAfterTargets, let target = targetLosses(of: arm).min() else {
      return nil
    }
    return TargetStop(target: target, extraSteps: extraSteps)
  }
}
