import Models
import Testing

/// The formula of reports and benchmarks, by hand: a product of matrices [m, k] · [k, n] is 2mkn operations, and a
/// training step is three times its forward pass.
struct TrainingFLOPsTests {
  private func flops(
    _ predictedShare: Double = 0.15, embeddingSize: Int? = nil, keyValueHeadCount: Int? = nil,
    feedForwardSize: Int? = nil
  ) -> Double {
    EncoderConfiguration(
      vocabularySize: 1000, layerCount: 3, hiddenSize: 64, embeddingSize: embeddingSize, headCount: 4,
      keyValueHeadCount: keyValueHeadCount, feedForwardSize: feedForwardSize, position: .none
    ).trainingFLOPsPerToken(sequenceLength: 32, predictedShare: predictedShare)
  }

  /// 3·(L·(24d² + 4Td) + 0.15·(2d² + 2dV)), to the bit.
  @Test func plainEncodersHaveTheSimpleFormula() {
    let (d, t, v) = (64.0, 32.0, 1000.0)
    #expect(flops() == 3 * (3 * (24 * d * d + 4 * t * d) + 0.15 * (2 * d * d + 2 * d * v)))
  }

  /// The head works on predicted tokens alone.
  @Test func theHeadFollowsWhatIsPredicted() {
    let head = 3 * (2 * 64 * 64 + 2 * 64 * 1000.0)
    #expect(abs(flops(0.4) - flops(0.15) - 0.25 * head) < 1e-6)
    #expect(flops(1) - flops(0) == head)
  }

  /// Keys and values of one head of four are products to 16 columns each in place of 64.
  @Test func keysAndValuesFollowTheirHeads() {
    #expect(flops() - flops(keyValueHeadCount: 1) == 3 * 3 * 2 * (2 * 64 * 48))
  }

  /// Embeddings of width 24: a map to 64 for every token; the head's transform and scores in 24 columns in place of 64.
  @Test func narrowEmbeddingsHaveTheirProjection() {
    let saved = 0.15 * (2 * 64 * 40 + 2 * 40 * 1000)
    #expect(abs(flops() - flops(embeddingSize: 24) - 3 * (saved - 2 * 24 * 64)) < 1e-6)
  }

  @Test func theInnerWidthCounts() {
    #expect(flops(feedForwardSize: 300) - flops() == 3 * 3 * 2 * (2 * 64 * 44))
  }
}
