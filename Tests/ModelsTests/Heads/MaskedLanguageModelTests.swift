import Autodiff
import Models
import Kernels
import Testing

struct MaskedLanguageModelTests {
  /// Every parameter gets a gradient, nonzero unless theory says zero: without rotation a key bias adds the same to
  /// all scores of a query, which softmax does not see.
  @Test(
    arguments: EncoderFixture.allPositions,
    [EncoderConfiguration.ResidualOrder.post, .pre])
  func everyParameterIsReached(position: PositionEncoding, order: EncoderConfiguration.ResidualOrder) throws {
    let configuration = EncoderFixture.configuration(position, residualOrder: order)
    let store = ParameterStore<Double>(seed: 1)
    let tape = Tape<Double>()
    let scope = store.scope(on: tape)
    let loss = MaskedLanguageModel(scope, configuration).loss(
      EncoderFixture.padded, at: [1, 4, 8, 11], labels: [3, 7, 12, 5])
    let gradients = tape.gradients(of: loss)
    for (index, parameter) in store.parameters.enumerated() {
      let variable = try #require(scope.variables[index])
      let gradient = try #require(gradients[variable], "\(parameter.name)").elements
      let largest = gradient.map(abs).max() ?? 0
      if parameter.name.hasSuffix("key.bias"), position.name != "rotary" {
        #expect(largest < 1e-14, "\(parameter.name)")
      } else {
        #expect(largest > 1e-8, "\(parameter.name)")
      }
    }
  }

  @Test(arguments: EncoderFixture.allPositions, [24, 10])
  func wholeModelAgreesWithDifferences(position: PositionEncoding, embeddingSize: Int) {
    var configuration = EncoderFixture.configuration(position)
    configuration.embeddingSize = embeddingSize
    let store = ParameterStore<Double>(seed: 1)
    _ = MaskedLanguageModel(store.scope(), configuration)
    let values = store.parameters.map { Array($0.value.elements) }
    // Gradients of the loss along a direction in all weights at once.
    let tape = Tape<Double>()
    let scope = store.scope(on: tape)
    func loss(_ scope: ParameterScope<Double>) -> Tensor<Double> {
      MaskedLanguageModel(scope, configuration).loss(EncoderFixture.padded, at: [1, 4, 8, 11], labels: [3, 7, 12, 5])
    }
    let gradients = tape.gradients(of: loss(scope))
    var expected = 0.0
    var magnitude = 0.0
    func direction(_ parameter: Int, _ element: Int) -> Double { (parameter * 7 + element * 13) % 5 < 2 ? 1 : -0.5 }
    for (index, parameter) in store.parameters.enumerated() {
      guard let gradient = scope.variables[index].flatMap({ gradients[$0] }) else { continue }
      for (i, g) in gradient.elements.enumerated() {
        expected += g * direction(index, i)
        magnitude += abs(g * direction(index, i))
      }
      #expect(parameter.value.shape == gradient.shape)
    }
    func value(_ distance: Double) -> Double {
      for (index, parameter) in store.parameters.enumerated() {
        parameter.weight.update { elements in
          for i in elements.indices { elements[i] = values[index][i] + distance * direction(index, i) }
        }
      }
      return loss(store.scope()).scalar
    }
    let h = 1e-4
    let found = (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h)
    #expect(abs(found - expected) <= 1e-8 * magnitude, "\(position): \(found) and \(expected)")
  }

  /// BERT's rule for the head's weights: its biases and its LayerNorm do not decay.
  @Test func whatDecaysInTheHead() {
    let store = ParameterStore<Float>(seed: 1)
    _ = MaskedLanguageModel(store.scope(), EncoderFixture.configuration(.none))
    let head = store.parameters.filter { $0.part == .head }
    #expect(head.count == 5 && head.allSatisfy { $0.name.hasPrefix("cls.") })
    #expect(head.filter(\.role.decays).map(\.name) == ["cls.predictions.transform.dense.weight"])
  }

  @Test(arguments: EncoderFixture.allPositions)
  func paddingChangesNothingElsewhere(position: PositionEncoding) {
    let model = MaskedLanguageModel(
      ParameterStore<Double>(seed: 1).scope(), EncoderFixture.configuration(position))
    func logits(padding: Int32) -> [Double] {
      var tokens = EncoderFixture.padded.tokens
      tokens[12] = padding
      tokens[13] = padding
      let input = EncoderInput(
        batch: 2, time: 7, tokens: tokens, tokenTypes: EncoderFixture.padded.tokenTypes,
        keyPadding: EncoderFixture.padded.keyPadding)
      return model.logits(input, at: [0, 3, 7, 11]).elements
    }
    #expect(logits(padding: 0) == logits(padding: 9))
    let short = model.logits(
      EncoderInput(
        batch: 1, time: 5, tokens: Array(EncoderFixture.padded.tokens[7..<12]),
        tokenTypes: Array(EncoderFixture.padded.tokenTypes[7..<12])), at: [0, 4]
    ).elements
    #expect(largestDifference(short, Array(logits(padding: 0)[2 * 13..<4 * 13])) < 1e-12)
  }

  @Test func sharedParametersStartEqual() {
    let stores = EncoderFixture.allPositions.map { position in
      let store = ParameterStore<Double>(seed: 5)
      _ = MaskedLanguageModel(store.scope(), EncoderFixture.configuration(position))
      return store
    }
    let digests = Set(stores.map { $0.digest { $0.part != .positions } })
    #expect(digests.count == 1)
    let other = ParameterStore<Double>(seed: 6)
    _ = MaskedLanguageModel(other.scope(), EncoderFixture.configuration(.none))
    #expect(!digests.contains(other.digest()))
  }

  /// The published counts are of the trunk with its pooler, d² + d, which is not here.
  ///
  /// The head's transform, norm and bias are: d² + d, 2d and V. Sources: Devlin et al. 2018; Turc et al. 2019.
  @Test(arguments: [("tiny", 4_385_920), ("mini", 11_170_560), ("base", 109_482_240)])
  func parameterCountsAreBERTs(name: String, published: Int) throws {
    let sizes = try #require(EncoderConfiguration.Preset(rawValue: name)).sizes
    let configuration = EncoderConfiguration(
      vocabularySize: 30522, layerCount: sizes.layerCount, hiddenSize: sizes.hiddenSize, headCount: sizes.headCount,
      position: .learned(positionCount: 512))
    let (store, d) = (ParameterStore<Float>(seed: nil), sizes.hiddenSize)
    _ = Trunk(store.scope(), configuration)
    #expect(store.elementCount == published - d * d - d)
    #expect(MaskedLanguageModel<Float>.parameterCount(configuration) == published + 2 * d + 30_522)
  }

  @Test func dropoutIsKeyedByStepAndOffInEvaluation() {
    let configuration = EncoderFixture.configuration(.none, dropout: 0.3)
    let trunk = EncoderFixture.trunk(configuration)
    func output(_ mode: ForwardMode) -> [Double] { trunk(EncoderFixture.padded, mode).elements }
    #expect(output(.training(seed: 1, step: 4)) == output(.training(seed: 1, step: 4)))
    #expect(output(.training(seed: 1, step: 4)) != output(.training(seed: 1, step: 5)))
    #expect(output(.training(seed: 1, step: 4)) != output(.training(seed: 2, step: 4)))
    #expect(
      output(.evaluation) == EncoderFixture.trunk(EncoderFixture.configuration(.none))(EncoderFixture.padded).elements)
  }
}
