import Autodiff
import Models
import Kernels
import TestSupport
import Testing

struct TransformerBlockTests {
  private final class Log {
    var operations: [String] = []
  }

  private func configuration(
    _ order: EncoderConfiguration.ResidualOrder, dropout: Double = 0
  ) -> EncoderConfiguration {
    EncoderFixture.configuration(.none, residualOrder: order, dropout: dropout)
  }

  /// A store whose gains and biases are not at their initial 1 and 0.
  private func weights(_ configuration: EncoderConfiguration) -> ParameterStore<Double> {
    let store = ParameterStore<Double>(seed: 1)
    _ = TransformerBlock(store.scope(), configuration)
    for parameter in store.parameters where parameter.value.rank == 1 {
      parameter.weight.update { for i in $0.indices { $0[i] += 0.1 * Double(i % 7) - 0.25 } }
    }
    return store
  }

  private let input = Tensor<Double>(Samples.uniform(2 * 3 * 24, name: "x"), shape: [2, 3, 24])

  /// The block against its layers and sums, written out.
  @Test(arguments: EncoderConfiguration.ResidualOrder.allCases, Activation.allCases)
  func isTheSumsOfItsLayers(order: EncoderConfiguration.ResidualOrder, activation: Activation) {
    var configuration = configuration(order)
    configuration.activation = activation
    let scope = weights(configuration).scope()
    let attention = SelfAttention(scope["attention"], configuration)
    let inner = Dense(scope["intermediate"]["dense"], from: 24, to: 37, deviation: 1)
    let outer = Dense(scope["output"]["dense"], from: 37, to: 24, deviation: 1)
    let (first, second) = (
      Normalization(scope["attention"]["output"]["LayerNorm"], size: 24, epsilon: configuration.layerNormEpsilon),
      Normalization(scope["output"]["LayerNorm"], size: 24, epsilon: configuration.layerNormEpsilon)
    )
    func attended(_ x: Tensor<Double>) -> Tensor<Double> { attention(x, SequenceContext(), .evaluation) }
    func fedForward(_ x: Tensor<Double>) -> Tensor<Double> { outer(inner(x).activated(by: activation)) }
    let expected: Tensor<Double>
    switch order {
    case .post:
      let middle = first(input + attended(input))
      expected = second(middle + fedForward(middle))
    case .pre:
      let middle = input + attended(first(input))
      expected = middle + fedForward(second(middle))
    }
    let found = TransformerBlock(scope, configuration)(input, SequenceContext(), .evaluation)
    #expect(found.shape == expected.shape)
    #expect(largestDifference(found.elements, expected.elements) < 1e-12)
  }

  /// A residual is part of the product before it, unless dropout lies between.
  @Test(arguments: EncoderConfiguration.ResidualOrder.allCases)
  func sumsAreOperationsOfTheirOwnWithDropoutAlone(order: EncoderConfiguration.ResidualOrder) {
    func sums(_ dropout: Double, _ mode: ForwardMode) -> Int {
      let log = Log()
      let tape = Tape<Double> { log.operations.append($0.operation) }
      let configuration = configuration(order, dropout: dropout)
      let block = TransformerBlock(weights(configuration).scope(on: tape), configuration)
      _ = block(input, SequenceContext(), mode)
      #expect(log.operations.contains("feedForward"))
      return log.operations.count { $0 == "+" }
    }
    #expect(sums(0, .training(seed: 1, step: 1)) == 0)
    #expect(sums(0.3, .evaluation) == 0)
    #expect(sums(0.3, .training(seed: 1, step: 1)) == 2)
  }
}
