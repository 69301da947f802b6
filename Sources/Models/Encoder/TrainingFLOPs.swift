extension EncoderConfiguration {
  /// Floating-point operations of a training step per token, the formula of the benchmarks and reports:
  /// 3·(L·(4d² + 4dk + 4df + 4Td) + p·(2de + 2eV)), and 3·2de more where the embeddings are narrower than the model.
  ///
  /// L layers of width d with an inner width f and keys of width k, which is d unless heads share keys and values; T
  /// tokens a sequence; embeddings of width e, which is d in BERT; a vocabulary of V tokens, which the head scores for a
  /// share p of all tokens. With k = e = d and f = 4d it is 3·(L·(24d² + 4Td) + p·(2d² + 2dV)). A product of matrices
  /// counts two operations an element and term, the backward pass twice the forward pass; what is neither a product nor
  /// attention does not count, nor does work that is done again in the backward pass.
  ///
  /// - Parameters:
  ///   - sequenceLength: T.
  ///   - predictedShare: p, 0.15 with BERT's masking.
  /// - Returns: operations.
  public func trainingFLOPsPerToken(sequenceLength: Int, predictedShare: Double) -> Double {
    let (l, d, f) = (Double(layerCount), Double(hiddenSize), Double(feedForwardSize))
    let (k, e) = (Double(keyValueHeadCount * headDim), Double(embeddingSize))
    let (t, v) = (Double(sequenceLength), Double(vocabularySize))
    let trunk = l * (4 * d * d + 4 * d * k + 4 * d * f + 4 * t * d) + (embeddingSize == hiddenSize ? 0 : 2 * d * e)
    let head = predictedShare * (2 * d * e + 2 * e * v)
    return 3 * (trunk + head)
  }
}
