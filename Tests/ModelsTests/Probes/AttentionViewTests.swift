import Autodiff
import Kernels
import Testing

@testable import Models

struct AttentionViewTests {
  private func views(
    _ configuration: EncoderConfiguration, _ store: ParameterStore<Double> = ParameterStore(seed: 1)
  ) -> [AttentionView<Double>] {
    var views: [AttentionView<Double>] = []
    _ = Trunk(store.scope(), configuration)(EncoderFixture.padded, visiting: { views.append($0) })
    return views
  }

  /// The oracle: weights times values, through the output's projection, are what the fast attention returns.
  @Test(arguments: EncoderFixture.allPositions, AttentionMask.allCases)
  func weightsTimesValuesAreTheFastAttention(position: PositionEncoding, mask: AttentionMask) throws {
    for (order, narrow) in [(EncoderConfiguration.ResidualOrder.post, 3), (.pre, 1)] {
      var configuration = EncoderFixture.configuration(position, residualOrder: order)
      (configuration.attentionMask, configuration.keyValueHeadCount) = (mask, narrow)
      try compare(configuration)
    }
  }

  /// The same where several heads of queries share each of several heads of keys.
  @Test func sharedHeadsAreTheFastAttentionsToo() throws {
    var configuration = EncoderFixture.configuration(.rotary(.init()))
    (configuration.headCount, configuration.keyValueHeadCount) = (6, 2)
    try compare(configuration)
  }

  private func compare(_ configuration: EncoderConfiguration) throws {
    let store = ParameterStore<Double>(seed: 1)
    let views = views(configuration, store)
    #expect(views.map(\.layer) == [0, 1])
    let (batch, time, narrow) = (2, 7, configuration.keyValueHeadCount)
    let (heads, headDim) = (configuration.headCount, configuration.headDim)
    let rotation = configuration.rotation(Double.self, positionCount: time)
    let scheme = configuration.position.scheme
    let context = SequenceContext(
      keyPadding: EncoderFixture.padded.keyPadding, rotation: rotation,
      scoreBias: scheme.scoreBias(store.scope().part(.positions), configuration)?(time))
    for view in views {
      let scope = store.scope()["encoder"]["layer"]["\(view.layer)"]["attention"]
      let fast = SelfAttention(scope, configuration)(view.input, context, .evaluation)
      func dense(_ x: Tensor<Double>, _ name: String) throws -> Tensor<Double> {
        let prefix = "encoder.layer.\(view.layer).attention." + name
        return x.linear(
          weight: try #require(store[prefix + ".weight"]).value, bias: try #require(store[prefix + ".bias"]).value)
      }
      var values = try dense(view.input, "self.value").reshaped(to: [batch, time, narrow, headDim])
      if let rotation, scheme.rotatesValues { values = values.rotated(by: rotation) }
      #expect(view.weights.shape == [batch, heads, time, time])
      let mixed = view.weights.reshaped(to: [batch, narrow, heads / narrow * time, time])
        .matrixMultiplied(by: values.transposed([0, 2, 1, 3])).reshaped(to: [batch, heads, time, headDim])
        .transposed([0, 2, 1, 3]).reshaped(to: [batch, time, heads * headDim])
      let slow = try dense(mixed, "output.dense")
      #expect(largestDifference(slow.elements, fast.elements) < 1e-12)
    }
  }

  /// Each view is of its own layer: the input of the first is the embeddings, that of the second what the first returns.
  @Test func viewsAreOfTheirLayers() {
    let store = ParameterStore<Double>(seed: 1)
    var configuration = EncoderFixture.configuration(.rotary(.init()))
    let views = views(configuration, store)
    configuration.layerCount = 1
    #expect(views[1].input.elements == Trunk(store.scope(), configuration)(EncoderFixture.padded).elements)
    let embedded = Embeddings(store.scope()["embeddings"], configuration)(EncoderFixture.padded, .evaluation)
    #expect(views[0].input.elements == embedded.elements)
  }

  /// With pre-LN queries and keys see the norm of the stream, and so does the view.
  @Test func preNormIsBeforeTheView() {
    let store = ParameterStore<Double>(seed: 1)
    let configuration = EncoderFixture.configuration(.none, residualOrder: .pre)
    let views = views(configuration, store)
    let gain = store["encoder.layer.0.attention.output.LayerNorm.weight"]
    gain?.weight.update { for i in $0.indices { $0[i] = 2 } }
    let embedded = Embeddings(store.scope()["embeddings"], configuration)(EncoderFixture.padded, .evaluation)
    let normalized = embedded.layerNorm(
      gain: Tensor(repeating: 2, shape: [24]), bias: Tensor(repeating: 0, shape: [24]))
    #expect(largestDifference(self.views(configuration, store)[0].input.elements, normalized.elements) < 1e-12)
    #expect(largestDifference(views[0].input.elements, normalized.scaled(by: 0.5).elements) < 1e-12)
  }

  /// Scores are queries times keys over √d plus the bias, which softmax alone would show up to a number a row.
  @Test func scoresAreThoseBeforeSoftmax() throws {
    let store = ParameterStore<Double>(seed: 1)
    let plain = views(EncoderFixture.configuration(.none), store)[0]
    func row(_ name: String, _ place: Int) throws -> [Double] {
      let prefix = "encoder.layer.0.attention.self." + name
      let x = plain.input.elements[place * 24..<(place + 1) * 24]
      return Tensor(Array(x), shape: [1, 24]).linear(
        weight: try #require(store[prefix + ".weight"]).value, bias: try #require(store[prefix + ".bias"]).value
      ).elements
    }
    // Sequence 1, head 2, query 3, key 0: heads are of eight dimensions.
    let (query, key) = (try row("query", 7 + 3)[16..<24], try row("key", 7)[16..<24])
    let score = zip(query, key).reduce(0) { $0 + $1.0 * $1.1 } / 8.squareRoot()
    #expect(abs(plain.scores.elements[((1 * 3 + 2) * 7 + 3) * 7] - score) < 1e-12)
    let biased = views(EncoderFixture.configuration(.alibi), store)[0]
    let slopes = AlibiPositions.slopes(headCount: 3)
    for (index, (with, without)) in zip(biased.scores.elements, plain.scores.elements).enumerated() {
      let (sequence, head, i, j) = (index / 147, index / 49 % 3, index / 7 % 7, index % 7)
      if sequence == 1, j >= 5 {
        #expect(with == -.infinity && without == -.infinity)
      } else {
        #expect(abs(with - without + slopes[head] * Double(abs(i - j))) < 1e-12)
      }
    }
  }

  /// Looking changes no bit of what is computed.
  @Test(arguments: EncoderFixture.allPositions)
  func lookingChangesNothing(position: PositionEncoding) {
    let trunk = EncoderFixture.trunk(EncoderFixture.configuration(position, dropout: 0.5))
    let seen = trunk(EncoderFixture.padded, visiting: { _ in })
    #expect(seen.elements == trunk(EncoderFixture.padded).elements)
  }
}
