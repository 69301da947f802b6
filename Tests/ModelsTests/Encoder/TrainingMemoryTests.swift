import Models
import Testing

/// The bound on the memory of training, by hand: 16 bytes a weight, 4 an activation.
struct TrainingMemoryTests {
  private func weights(
    _ position: PositionEncoding, embeddingSize: Int? = nil, keyValueHeadCount: Int? = nil
  ) -> Double {
    EncoderConfiguration(
      vocabularySize: 1000, layerCount: 3, hiddenSize: 64, embeddingSize: embeddingSize, headCount: 4,
      keyValueHeadCount: keyValueHeadCount, position: position
    ).leastTrainingMemory(batchSize: 0, sequenceLength: 0) / 16
  }

  @Test func weightsAreCounted() {
    #expect(weights(.none) == 3 * 12 * 64 * 64 + 64 * 1000)
    #expect(weights(.learned(positionCount: 50)) - weights(.none) == 50 * 64)
    #expect(weights(.rotary(.init())) == weights(.none))
  }

  /// Narrow embeddings and shared heads take less: a bound from below counts no more than there is.
  @Test func narrowTablesAndSharedHeadsTakeLess() {
    #expect(weights(.none) - weights(.none, embeddingSize: 24) == 40 * 1000)
    #expect(weights(.none) - weights(.none, keyValueHeadCount: 1) == 3 * 2 * 64 * 48)
  }
}
