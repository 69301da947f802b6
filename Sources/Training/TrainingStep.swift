import Autodiff
import Curves
import Models
import Kernels

/// What one step of training measured.
public struct StepMeasurement: Sendable, Equatable {
  /// The loss of the batch before the update, in nats where it is a cross-entropy.
  public let loss: Double
  /// The global gradient norm before clipping.
  public let gradientNorm: Double
}

/// A loss or a gradient that is not finite: the run has diverged and cannot go on.
public struct Divergence: Error, Sendable, Equatable, CustomStringConvertible {
  /// The step that found it.
  public let step: Int
  /// The first tensor that is not finite: a weight, the loss, or a weight's gradient.
  public let tensor: String

  /// What and where, in one line.
  public var description: String { "step \(step): \(tensor) is not finite" }
}

/// A model, its weights and its optimizer, and how one step of learning an objective changes them.
public final class ModelTraining<O: Objective, S: Scalar> {
  /// What the model learns.
  public let objective: O
  /// The weights.
  public let store: ParameterStore<S>
  /// The optimizer's state.
  public let optimizer: Optimizer<S>
  /// The model's shape.
  public let configuration: EncoderConfiguration
  /// Is told where the time of steps goes; nothing is timed if `nil`.
  public var profile: StepProfile?
  private let seed: UInt64

  /// A fresh model; its weights and dropout are keyed by the seed.
  public init(
    _ objective: O, _ configuration: EncoderConfiguration, _ training: TrainingConfiguration, seed: UInt64
  ) {
    self.objective = objective
    self.configuration = configuration
    self.seed = seed
    store = ParameterStore(seed: seed)
    objective.addWeights(to: store.scope(), of: configuration)
    optimizer = Optimizer(store, training)
  }

  /// What a metric comes to on held-out batches, with the weights as they are.
  public func measures<M: HeldOutMetric>(_ metric: M, on batches: [O.Batch]) -> [Measure: Double]
  where M.Batch == O.Batch {
    metric.measures(of: store.scope(), configuration.atStep(optimizer.stepCount), on: batches)
  }

  /// What probes see of the model, with the weights as they are.
  public func reading(of probes: EncoderProbes, at step: Int) -> ProbeReading {
    ProbeReading(step: step, values: probes.values(of: store.scope(), configuration.atStep(optimizer.stepCount)))
  }

  /// Forward, backward, clip, update.
  ///
  /// - Throws: `Divergence` if the loss or a gradient is not finite; the weights are then unchanged.
  public func step(_ batch: O.Batch, number: Int, learningRate: Double) throws -> StepMeasurement {
    let gradients = try gradients(of: batch, number: number)
    update(gradients, learningRate: learningRate)
    return gradients.measurement
  }

  /// Forward and backward: what `update` applies; the weights stay as they are.
  ///
  /// - Throws: `Divergence` if the loss or a gradient is not finite.
  public func gradients(of batch: O.Batch, number: Int) throws -> StepGradients<S> {
    let tape = Tape<S>(observer: profile.map { profile in { profile.charge(.operation($0)) } })
    let scope = store.scope(on: tape)
    profile?.charge(.rest)
    let loss = objective.loss(of: batch, scope, configuration.atStep(number), .training(seed: seed, step: number))
    guard loss.scalar.isFinite else { throw Divergence(step: number, tensor: firstNonFiniteWeight ?? "the loss") }
    let gradients = Optimizer.gradients(
      of: scope, from: tape.gradients(of: loss), count: store.parameters.count)
    profile?.charge(.rest)
    let norm = Optimizer.globalNorm(gradients)
    profile?.charge(.gradientNorm)
    guard norm.isFinite else {
      let index = gradients.firstIndex { gradient in
        gradient.map { firstNonFinite($0.values, count: $0.count) != nil } ?? false
      }
      let name = index.map { "the gradient of \(store.parameters[$0].name)" } ?? "the gradient norm"
      throw Divergence(step: number, tensor: name)
    }
    return StepGradients(
      gradients: gradients, measurement: StepMeasurement(loss: Double(loss.scalar), gradientNorm: norm))
  }

  /// Clips and applies gradients: the only thing that changes weights and moments.
  public func update(_ gradients: StepGradients<S>, learningRate: Double) {
    profile?.charge(.rest)
    optimizer.update(gradients.gradients, norm: gradients.measurement.gradientNorm, learningRate: learningRate)
    profile?.charge(.update)
  }

  /// The weight that an update has taken out of the finite numbers, if that is why the loss has left them.
  private var firstNonFiniteWeight: String? {
    store.parameters.first { firstNonFinite($0.value.values, count: $0.value.count) != nil }
      .map { "the weight \($0.name)" }
  }
}

/// The gradients of one step, in the store's order, and what the step measured.
public struct StepGradients<S: Scalar> {
  /// `nil` for a weight that the loss does not depend on.
  let gradients: [Tensor<S>?]
  /// The loss and the gradients' norm.
  public let measurement: StepMeasurement
}
