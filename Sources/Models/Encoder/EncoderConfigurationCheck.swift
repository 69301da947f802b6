import Platform

extension EncoderConfiguration {
  /// Checks a configuration that was read from a file: every size within reach, each fitting the others.
  ///
  /// - Parameter source: the file; begins the error.
  /// - Throws: `InputError` naming what is wrong.
  public func check(source: String) throws {
    func require(_ condition: Bool, _ problem: @autoclosure () -> String, expected: String) throws {
      if !condition { throw InputError(at: source, "describes a model whose \(problem())", expected: expected) }
    }
    let sizes = [
      ("vocabulary size", vocabularySize), ("width", hiddenSize), ("embedding width", embeddingSize),
      ("number of heads", headCount), ("inner width", feedForwardSize), ("number of token types", tokenTypeCount),
      ("number of layers", layerCount),
    ]
    for (name, size) in sizes {
      try require((1...100_000_000).contains(size), "\(name) is \(size)", expected: "1 to 100000000")
    }
    try require(hiddenSize % headCount == 0, "width is \(hiddenSize)", expected: "a multiple of \(headCount) heads")
    try require(
      keyValueHeadCount > 0 && headCount % keyValueHeadCount == 0,
      "number of key-value heads is \(keyValueHeadCount)", expected: "a divisor of \(headCount.counted("head"))")
    try require(
      (0...1_000_000).contains(positionOffset), "position offset is \(positionOffset)", expected: "0 to 1000000")
    try require(
      (0...1_000_000_000).contains(alibiSteps), "steps with ALiBi are \(alibiSteps)", expected: "0 to 1000000000")
    try require(dropout >= 0 && dropout < 1, "dropout is \(dropout)", expected: "0 to below 1")
    try require(layerNormEpsilon > 0 && layerNormEpsilon < 1, "ε is \(layerNormEpsilon)", expected: "above 0, below 1")
    for (problem, expected) in position.scheme.problems(self) { try require(false, problem, expected: expected) }
  }
}
