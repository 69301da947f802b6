import Autodiff
import Kernels

/// Training written a second time, over replaceable operations: loss, gradients, clipping, AdamW and the schedule.
public struct TwinTraining {
  private let operations: OperationSet

  /// Training with the given operations.
  public init(_ operations: OperationSet) {
    self.operations = operations
  }

  /// What a fixture of PyTorch holds, computed by the twin.
  public func trace(_ fixture: PyTorchFixture, _ position: TwinEncoder.Position) -> PyTorchFixture.Trace {
    typealias Size = PyTorchFixture.Size
    var trace = PyTorchFixture.Trace()
    var weights = fixture.weightNames.reduce(into: [String: Tensor<Double>]()) { weights, name in
      weights[name] = fixture.initial(name).map { Tensor($0.elements, shape: $0.shape) }
    }
    var optimizer = TwinOptimizer(operations)
    for step in 1...Size.steps {
      let batch = fixture.batch(step)
      let tape = Tape<Double>()
      let variables = weights.mapValues(tape.variable)
      let logits = TwinEncoder(operations, weights: variables, position: position, headCount: Size.heads).logits(
        batch: Size.batch, time: Size.time, tokens: batch.tokens, tokenTypes: batch.tokenTypes,
        keyPadding: batch.keyPadding, at: batch.positions)
      let loss = operations.crossEntropy(logits, batch.labels).mean()
      let found = tape.gradients(of: loss)
      let gradients = variables.compactMapValues { found[$0]?.elements }
      if step == 1 {
        trace.tensors["logits"] = logits.elements
        trace.tensors["loss"] = loss.elements
        for (name, gradient) in gradients { trace.tensors["gradient." + name] = gradient }
      }
      trace.tensors["losses", default: []].append(loss.scalar)
      trace.tensors["norms", default: []].append(TwinOptimizer.globalNorm(gradients))
      let rate =
        step < Size.warmup
        ? Size.peakRate * Double(step) / Double(Size.warmup)
        : Size.peakRate * Double(Size.steps - step + 1) / Double(Size.steps - Size.warmup + 1)
      let moved = optimizer.updated(weights.mapValues(\.elements), gradients, learningRate: rate)
      for (name, elements) in moved {
        weights[name] = Tensor(elements, shape: fixture.initial(name)?.shape ?? [elements.count])
      }
    }
    for (name, weight) in weights { trace.tensors["final." + name] = weight.elements }
    return trace
  }
}

/// AdamW (Loshchilov & Hutter 2019, algorithm 2), element by element.
public struct TwinOptimizer {
  /// The settings of the fixtures.
  public typealias Size = PyTorchFixture.Size

  private let operations: OperationSet
  private var moments: [String: [(first: Double, second: Double)]] = [:]
  private var step = 0

  /// An optimizer with moments of zero.
  public init(_ operations: OperationSet) {
    self.operations = operations
  }

  /// The root of the sum of all squares.
  public static func globalNorm(_ gradients: [String: [Double]]) -> Double {
    gradients.sorted { $0.key < $1.key }.flatMap(\.value).reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// The weights after one step.
  public mutating func updated(
    _ weights: [String: [Double]], _ gradients: [String: [Double]], learningRate: Double
  ) -> [String: [Double]] {
    step += 1
    let factor = operations.clipFactor(Self.globalNorm(gradients), Size.clipNorm)
    let (firstCorrection, secondCorrection) = (
      operations.momentCorrection(0.9, step), operations.momentCorrection(0.999, step)
    )
    var moved = weights
    for (name, gradient) in gradients {
      let decay = operations.decays(name) ? Size.weightDecay : 0
      var pairs = moments[name] ?? gradient.map { _ in (0, 0) }
      for i in gradient.indices {
        let g = factor * gradient[i]
        pairs[i] = (0.9 * pairs[i].first + 0.1 * g, 0.999 * pairs[i].second + 0.001 * g * g)
        let root = (pairs[i].second / secondCorrection).squareRoot()
        let change = pairs[i].first / firstCorrection / (root + Size.epsilon)
        moved[name]?[i] -= learningRate * (change + decay * (weights[name]?[i] ?? 0))
      }
      moments[name] = pairs
    }
    return moved
  }
}
