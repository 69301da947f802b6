import Formats
import Autodiff
import Kernels
import Platform

/// The weights of a masked-language model in a safetensors file under Hugging Face's names.
///
/// Read leniently where published files differ and the numbers do not: gains and biases of LayerNorm may be called gamma
/// and beta, tied tensors may be written out or left out, a pooler and other heads may be there.
public struct ModelWeights {
  /// The file.
  public let file: SafeTensors
  /// What the names of the trunk's tensors begin with: `bert.` or `roformer.`.
  private let prefix: String
  /// The file's names by the names that we know them by.
  private let names: [String: String]

  /// The weights in a file.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - prefix: what the names of the trunk's tensors begin with.
  /// - Throws: `InputError` if a weight is there under two names.
  public init(_ file: SafeTensors, prefix: String) throws {
    self.file = file
    self.prefix = prefix
    var names: [String: String] = [:]
    for name in file.entries.keys {
      var known = name
      for (old, new) in [(".LayerNorm.gamma", ".LayerNorm.weight"), (".LayerNorm.beta", ".LayerNorm.bias")]
      where name.hasSuffix(old) {
        known = name.dropLast(old.count) + new
      }
      if let other = names.updateValue(name, forKey: known) {
        let both = [name, other].sorted()
        throw InputError(at: file.path, "has both \(both[0]) and \(both[1])", expected: "one of them")
      }
    }
    self.names = names
  }

  /// A weight's name in files: the trunk's have the prefix.
  private func fileName(_ name: String) -> String { name.hasPrefix("cls.") ? name : prefix + name }

  /// Checks that the sizes of a configuration are those of the tensors, before any memory is taken for them.
  ///
  /// - Parameters:
  ///   - configuration: what the tensors are said to be.
  ///   - source: where that was said; begins the error.
  /// - Throws: `InputError` naming the tensor.
  public func check(_ configuration: EncoderConfiguration, source: String) throws {
    func check(_ name: String, _ shape: [Int], _ words: String) throws {
      let known = fileName(name)
      guard let entry = names[known].flatMap({ file.entries[$0] }) else {
        throw InputError(at: file.path, "has no tensor \(known)", expected: "one of shape \(shape), as \(source) says")
      }
      guard entry.shape == shape else {
        throw InputError(
          at: source, "does not fit \(file.path): \(known) is \(entry.shape) there", expected: "\(words) = \(shape)")
      }
    }
    let (width, size) = (configuration.hiddenSize, configuration.embeddingSize)
    try check("embeddings.word_embeddings.weight", [configuration.vocabularySize, size], "vocabulary × embeddings")
    try check(
      "embeddings.token_type_embeddings.weight", [configuration.tokenTypeCount, size], "token types × embeddings")
    if case .learned(let count) = configuration.position {
      try check("embeddings.position_embeddings.weight", [count, size], "positions × embeddings")
    }
    for layer in 0..<configuration.layerCount {
      let layer = "encoder.layer.\(layer)"
      try check("\(layer).attention.self.query.weight", [width, width], "width × width")
      try check("\(layer).intermediate.dense.weight", [configuration.feedForwardSize, width], "inner width × width")
    }
  }

  /// Copies the weights of a model into a store.
  ///
  /// - Parameters:
  ///   - store: holds the model's weights; those that the file has are overwritten.
  ///   - isOptional: weights that the file need not have, by our names.
  /// - Returns: the file's tensors that belong to no weight, by name.
  /// - Throws: `InputError` for a weight that is missing, has another shape or type, or is not tied as ours are.
  public func read(
    into store: ParameterStore<Float>, isOptional: (String) -> Bool = { _ in false }
  ) throws -> [String] {
    var used: Set<String> = []
    for parameter in store.parameters {
      let known = fileName(parameter.name)
      var name = names[known]
      if name == nil, known == "cls.predictions.bias" { name = names["cls.predictions.decoder.bias"] }
      guard let name else {
        if isOptional(parameter.name) { continue }
        throw InputError(at: file.path, "has no tensor \(known)", expected: "a model with a masked-language-model head")
      }
      try parameter.weight.update { try file.read(name, shape: parameter.value.shape, into: $0.baseAddress!) }
      used.insert(name)
    }
    for (tied, name) in [
      ("cls.predictions.decoder.weight", "embeddings.word_embeddings.weight"),
      ("cls.predictions.decoder.bias", "cls.predictions.bias"),
    ] {
      guard let copy = names[tied], let original = store[name]?.value else { continue }
      var elements = [Float](repeating: 0, count: original.count)
      try elements.withUnsafeMutableBufferPointer {
        try file.read(copy, shape: original.shape, into: $0.baseAddress!)
      }
      guard elements == original.elements else {
        throw InputError(at: file.path, "\(copy) differs from \(fileName(name))", expected: "tied weights")
      }
      used.insert(copy)
    }
    return file.entries.keys.filter { !used.contains($0) }.sorted()
  }
}
