import Autodiff
import Models
import Kernels

/// AdamW over a model's weights, with clipping by the global gradient norm.
public final class Optimizer<S: Scalar> {
  /// The running means of gradients and of their squares, a pair a weight, in the store's order.
  public private(set) var moments: [(first: Weight<S>, second: Weight<S>)]
  /// Updates made so far.
  public private(set) var stepCount = 0

  private let store: ParameterStore<S>
  private let configuration: TrainingConfiguration

  /// An optimizer with moments of zero.
  public init(_ store: ParameterStore<S>, _ configuration: TrainingConfiguration) {
    self.store = store
    self.configuration = configuration
    moments = store.parameters.map { parameter in
      (Weight(repeating: 0, shape: parameter.value.shape), Weight(repeating: 0, shape: parameter.value.shape))
    }
  }

  /// Goes on from moments and a count of updates that were saved, written into `moments` before.
  public func resume(stepCount: Int) {
    self.stepCount = stepCount
  }

  /// The gradients of a pass, in the store's order; `nil` for a weight that the loss does not depend on.
  public static func gradients(
    of scope: ParameterScope<S>, from gradients: Gradients<S>, count: Int
  ) -> [Tensor<S>?] {
    let variables = scope.variables
    return (0..<count).map { index in variables[index].flatMap { gradients[$0] } }
  }

  /// The norm of all gradients together: the root of the sum of all squares, summed in the store's order.
  public static func globalNorm(_ gradients: [Tensor<S>?]) -> Double {
    sumOfSquares(of: gradients.compactMap(\.self)).squareRoot()
  }

  /// One update of every weight that has a gradient.
  ///
  /// - Parameters:
  ///   - gradients: in the store's order.
  ///   - norm: their global norm; above `clipNorm` the gradients are scaled to it.
  ///   - learningRate: of this step.
  public func update(_ gradients: [Tensor<S>?], norm: Double, learningRate: Double) {
    stepCount += 1
    let clip = configuration.clipNorm
    let corrects = configuration.biasCorrection
    func correction(_ beta: Double) -> Double { corrects ? 1 - power(beta, stepCount) : 1 }
    let step = AdamWStep<S>(
      learningRate: learningRate, beta1: configuration.beta1, beta2: configuration.beta2,
      epsilon: configuration.epsilon, weightDecay: configuration.weightDecay,
      firstCorrection: correction(configuration.beta1), secondCorrection: correction(configuration.beta2),
      gradientScale: clip > 0 && norm > clip ? clip / norm : 1)
    let parameters = store.parameters.enumerated().compactMap { index, parameter in
      gradients[index].map { gradient in
        AdamWParameter(
          parameter.weight, gradient: gradient, firstMoment: moments[index].first, secondMoment: moments[index].second,
          decays: parameter.role.decays)
      }
    }
    adamW(parameters, step)
  }
}

/// base^exponent by repeated squaring, the same on every machine.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, base, exponent) = (1.0, base, exponent)
  while exponent > 0 {
    if exponent & 1 == 1 { result *= base }
    base *= base
    exponent >>= 1
  }
  return result
}
