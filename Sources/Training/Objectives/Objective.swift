import Autodiff
import Curves
import Kernels
import Models

/// What a model learns: how a batch is made, what its loss is, and what is measured on held-out batches.
///
/// An objective is a value. The trainer, checkpoints and the order of the data are the same for all of them; what only one
/// objective knows, such as which tokens are hidden, is in its own folder. `Objectives.swift` is the list.
///
/// An objective sees the model as its weights and their configuration, and puts the trunk and its own head over them.
public protocol Objective<Examples>: HeldOutMetric, Codable, Equatable {
  /// What batches are drawn from, such as packed sequences or a table of labelled texts.
  associatedtype Examples: ExampleSet

  /// The objective's name in checkpoints and in experiment files.
  static var name: String { get }

  /// What the loss of a step's batch is called in curves.
  static var batchLoss: Measure { get }

  /// Makes a batch of some examples.
  ///
  /// - Parameters:
  ///   - rows: the numbers of the examples.
  ///   - examples: where they are taken from.
  ///   - draws: what random choices are functions of.
  /// - Returns: the batch, its examples in the order of the rows.
  func batch(of rows: [Int], from examples: Examples, _ draws: BatchDraws) -> Batch

  /// The classes that a batch asks for, such as the original tokens in the place of hidden ones.
  func labels(of batch: Batch) -> [Int32]

  /// The share of all tokens that the head works on, in sequences of a length; what training costs depends on it.
  func predictedShare(sequenceLength: Int) -> Double

  /// Asks for every weight of the model, trunk and head, so that a new store gets their names and initial values.
  func addWeights<S: Scalar>(to weights: ParameterScope<S>, of configuration: EncoderConfiguration)

  /// Computes the loss of a batch.
  ///
  /// - Parameters:
  ///   - batch: what is learned from.
  ///   - weights: those of the model; variables of a tape when the loss is differentiated.
  ///   - configuration: the model's shape.
  ///   - mode: whether to drop, and by which draws.
  /// - Returns: the mean over what the batch asks for, in nats where it is a cross-entropy; a tensor of one element.
  func loss<S: Scalar>(
    of batch: Batch, _ weights: ParameterScope<S>, _ configuration: EncoderConfiguration, _ mode: ForwardMode
  ) -> Tensor<S>
}

extension Objective {
  /// Every token.
  public func predictedShare(sequenceLength: Int) -> Double { 1 }

  /// A cross-entropy, in nats.
  public static var batchLoss: Measure { .trainingLoss }

  /// How many trained numbers a model has; tied weights count once.
  public func parameterCount(of configuration: EncoderConfiguration) -> Int {
    let store = ParameterStore<Float>(seed: nil)
    addWeights(to: store.scope(), of: configuration)
    return store.elementCount
  }
}

/// Something that is measured on held-out batches at each validation.
///
/// An objective is the first of its run; others may be added.
public protocol HeldOutMetric<Batch>: Sendable {
  /// What it is measured on.
  associatedtype Batch: ExampleBatch

  /// Measures a model, without dropout.
  ///
  /// - Parameters:
  ///   - weights: those of the model.
  ///   - configuration: the model's shape.
  ///   - batches: held-out batches.
  /// - Returns: the values by measure.
  func measures<S: Scalar>(
    of weights: ParameterScope<S>, _ configuration: EncoderConfiguration, on batches: [Batch]
  ) -> [Measure: Double]
}
