extension EncoderConfiguration {
  /// The least memory that training takes, in bytes: a bound from below, not an estimate.
  ///
  /// Weights, gradients and two moments, 4 bytes each; for the backward pass, at least six activations of the model's
  /// width and one of the feed-forward network's a token and layer.
  ///
  /// - Parameters:
  ///   - batchSize: sequences a step.
  ///   - sequenceLength: tokens a sequence.
  /// - Returns: bytes; a `Double`, since what is asked for may be beyond any integer.
  public func leastTrainingMemory(batchSize: Int, sequenceLength: Int) -> Double {
    let (layers, width, inner) = (Double(layerCount), Double(hiddenSize), Double(feedForwardSize))
    let embeddings = Double(vocabularySize) * Double(embeddingSize)
    let positions = position.scheme.tables(self).reduce(0) { $0 + $1.shape.reduce(1.0) { $0 * Double($1) } }
    let projections = 2 * width * (width + Double(keyValueHeadCount * headDim))
    let weights = layers * (projections + 2 * width * inner) + embeddings + positions
    let tokens = Double(batchSize) * Double(sequenceLength)
    return 16 * weights + 4 * tokens * layers * (6 * width + inner)
  }
}
