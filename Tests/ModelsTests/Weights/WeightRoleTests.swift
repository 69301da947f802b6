import Models
import Testing

/// Weight decay follows from what a weight is.
struct WeightRoleTests {
  /// BERT's rule (`exclude_from_weight_decay` of Google's optimizer): no decay on biases and LayerNorm, by a part of
  /// their names; and none on the factor of trained sinusoids, which is a gain.
  @Test(arguments: EncoderFixture.allPositions)
  func biasesAndGainsDoNotDecay(position: PositionEncoding) {
    let store = ParameterStore<Float>(seed: 1)
    _ = Trunk(store.scope(), EncoderFixture.configuration(position, residualOrder: .pre))
    for parameter in store.parameters {
      let isFree =
        parameter.name.contains("bias") || parameter.name.contains("LayerNorm")
        || parameter.name == "embeddings.position_scale"
      #expect(parameter.role.decays == !isFree, "\(parameter.name)")
      #expect((parameter.role == .embedding) == parameter.name.contains("_embeddings.weight"), "\(parameter.name)")
    }
  }

  /// Decay does not follow from what a weight starts from.
  @Test func aBiasThatIsDrawnDoesNotDecay() {
    let store = ParameterStore<Float>(seed: 1)
    _ = store.scope().parameter("drawn", .bias, shape: [2], .truncatedNormal(standardDeviation: 1))
    _ = store.scope().parameter("constant", .matrix, shape: [2, 2], .constant(1))
    #expect(store.parameters.map(\.role.decays) == [false, true])
  }

  @Test func partsAreToldApart() {
    let store = ParameterStore<Float>(seed: 1)
    _ = Trunk(store.scope(), EncoderFixture.configuration(.learned(positionCount: 11)))
    func names(_ part: WeightPart) -> [String] { store.parameters.filter { $0.part == part }.map(\.name) }
    #expect(names(.positions) == ["embeddings.position_embeddings.weight"])
    #expect(names(.embeddings).allSatisfy { $0.hasPrefix("embeddings.") } && names(.embeddings).count == 4)
    #expect(names(.encoder).allSatisfy { $0.hasPrefix("encoder.") } && names(.encoder).count == 32)
  }
}
