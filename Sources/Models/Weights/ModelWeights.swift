import Formats
import Autodiff
import Kernels
import Platform

/// The weights of a masked-language model in safetensors files under Hugging Face's names.
///
/// Read leniently where published files differ and the numbers do not: gains and biases of LayerNorm may be called gamma
/// and beta, tied tensors may be written out or left out, a pooler and other heads may be there.
public struct ModelWeights {
  /// The files.
  public let file: TensorFiles
  /// Whose names the tensors bear.
  private let family: any ModelFamily
  /// The file's names by the names that we know them by.
  private let names: [String: String]
  /// Whether the output layer is the token embeddings.
  private let decoder: Decoder

  /// The output layer of a masked-language model.
  public enum Decoder: Sendable {
    /// The token embeddings and the head's bias: where one of a tied pair is not in the file, the other stands for it.
    case tied
    /// One of its own, as something says; it must hold the token embeddings all the same, since our models tie them.
    case own(source: String)
  }

  /// What is tied: of each pair, our weight and the output layer's tensor.
  private static let tied = [
    ("embeddings.word_embeddings.weight", "cls.predictions.decoder.weight"),
    ("cls.predictions.bias", "cls.predictions.decoder.bias"),
  ]

  /// The weights in a file.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - family: whose names the tensors bear.
  ///   - decoder: how the output layer stands to the token embeddings.
  /// - Throws: `InputError` if a weight is there under two names.
  public init(_ file: TensorFiles, _ family: any ModelFamily, decoder: Decoder = .tied) throws {
    self.file = file
    self.family = family
    self.decoder = decoder
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

  /// The file's tensor that holds a weight of ours; `nil` if there is none.
  private func tensor(for name: String, _ part: WeightPart?) -> String? {
    let known = family.fileName(name, part)
    let twin = Self.tied.first { $0.0 == name }?.1
    switch decoder {
    case .tied: return names[known] ?? twin.flatMap { names[$0] }
    // The bias that is added is the output layer's own.
    case .own: return name == "cls.predictions.bias" ? twin.flatMap { names[$0] } : names[known]
    }
  }

  /// Checks that the sizes of a configuration are those of the tensors, before any memory is taken for them.
  ///
  /// - Parameters:
  ///   - configuration: what the tensors are said to be.
  ///   - source: where that was said; begins the error.
  /// - Throws: `InputError` naming the tensor.
  public func check(_ configuration: EncoderConfiguration, source: String) throws {
    func check(_ name: String, _ shape: [Int], _ words: String) throws {
      let known = family.fileName(name, .encoder)
      guard let entry = tensor(for: name, .encoder).flatMap({ file.entries[$0] }) else {
        throw InputError(at: file.path, "has no tensor \(known)", expected: "one of shape \(shape), as \(source) says")
      }
      guard entry.shape == shape else {
        throw InputError(
          at: source, "does not fit \(file.path(of: known)): \(known) is \(entry.shape) there",
          expected: "\(words) = \(shape)")
      }
    }
    let (width, size) = (configuration.hiddenSize, configuration.embeddingSize)
    try check("embeddings.word_embeddings.weight", [configuration.vocabularySize, size], "vocabulary × embeddings")
    try check(
      "embeddings.token_type_embeddings.weight", [configuration.tokenTypeCount, size], "token types × embeddings")
    for table in configuration.position.scheme.tables(configuration) { try check(table.name, table.shape, table.axes) }
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
    if case .own(let source) = decoder {
      for name in Self.tied.map(\.1) where names[name] == nil {
        throw InputError(at: file.path, "has no tensor \(name)", expected: "it, as \(source) says")
      }
    }
    for parameter in store.parameters {
      guard let name = tensor(for: parameter.name, parameter.part) else {
        if isOptional(parameter.name) { continue }
        throw InputError(
          at: file.path, "has no tensor \(family.fileName(of: parameter))",
          expected: "a model with a masked-language-model head")
      }
      try parameter.weight.update { try file.readFinite(name, shape: parameter.value.shape, into: $0.baseAddress!) }
      used.insert(name)
    }
    for (name, twin) in Self.tied {
      guard let copy = names[twin], !used.contains(copy), let tied = store[name] else { continue }
      let original = tied.value
      var elements = [Float](repeating: 0, count: original.count)
      try elements.withUnsafeMutableBufferPointer {
        try file.readFinite(copy, shape: original.shape, into: $0.baseAddress!)
      }
      guard elements == original.elements else {
        throw InputError(
          at: file.path(of: copy), "\(copy) differs from \(family.fileName(of: tied))", expected: "tied weights")
      }
      used.insert(copy)
    }
    return file.entries.keys.filter { !used.contains($0) }.sorted()
  }
}
