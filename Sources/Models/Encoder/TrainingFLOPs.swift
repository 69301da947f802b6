extension EncoderConfiguration {
  /// Floating-point operations of a training step per token, the formula of the benchmarks and reports:
  /// 3·(L·(24d² + 4Td) + 0.15·(2d² + 2dV)) for L layers of width d, length T and vocabulary V.
  ///
  /// It stands for the usual feed-forward width 4d; another width f replaces 24d² by 8d² + 4df. Work that is done
  /// again in the backward pass does not count.
  public func trainingFLOPsPerToken(sequenceLength: Int) -> Double {
    let (l, d, f) = (Double(layerCount), Double(hiddenSize), Double(feedForwardSize))
    let (t, v) = (Double(sequenceLength), Double(vocabularySize))
    let trunk = l * (8 * d * d + 4 * d * f + 4 * t * d)
    let head = 0.15 * (2 * d * d + 2 * d * v)
    return 3 * (trunk + head)
  }
}
