import Formats
import Kernels
import Platform

/// The keys of a `config.json`.
public struct HuggingFaceKeys {
  let tree: JSONValue

  func fault(_ key: String, expected: String) -> InputError {
    let value = tree[key]
    return InputError(
      at: value?.place.description ?? tree.place.source,
      value.map { "\(key) is \($0.excerpt)" } ?? "\(key) is missing", expected: expected)
  }

  /// The value of a key, if there is one.
  subscript(key: String) -> JSONValue? { tree[key] }

  func family() throws -> any ModelFamily {
    let name = tree["model_type"]?.text
    guard let family = ModelFamilies.all.first(where: { $0.name == name }) else {
      let names = ModelFamilies.all.map { "\"\($0.name)\"" }.sorted()
      throw fault("model_type", expected: names.joined(separator: " or "))
    }
    return family
  }

  /// A size; the bound keeps every product of two sizes within an `Int`.
  func size(_ key: String, default standard: Int) throws -> Int {
    guard let value = tree[key] else { return standard }
    guard let size = value.integer, (1...100_000_000).contains(size) else {
      throw fault(key, expected: "a whole number from 1 to 100000000")
    }
    return size
  }

  func flag(_ key: String, default standard: Bool = false) throws -> Bool {
    guard let value = tree[key] else { return standard }
    guard let flag = value.flag else { throw fault(key, expected: "true or false") }
    return flag
  }

  func epsilon() throws -> Double {
    guard let value = tree["layer_norm_eps"] else { return 1e-12 }
    guard let epsilon = value.number, epsilon > 0, epsilon < 1 else {
      throw fault("layer_norm_eps", expected: "a number above 0 and below 1")
    }
    return epsilon
  }

  func activation() throws -> Activation {
    guard let value = tree["hidden_act"] else { return .gelu }
    guard let activation = Activation.allCases.first(where: { $0.huggingFaceNames.contains(value.text ?? "") }) else {
      let names = Activation.allCases.flatMap(\.huggingFaceNames).joined(separator: ", ")
      throw fault("hidden_act", expected: "one of \(names)")
    }
    return activation
  }

  /// The name of a file in the same folder.
  func weightsFile() throws -> String? {
    guard let value = tree["transformers_weights"] else { return nil }
    let endings = [".safetensors", TensorFiles.indexEnding]
    guard let name = value.text, !name.contains("/"), !name.contains("\0"), endings.contains(where: name.hasSuffix)
    else {
      throw fault("transformers_weights", expected: "the name of a safetensors file, or of an index, in this folder")
    }
    return name
  }

  /// Refuses what would load and compute other numbers.
  func checkVariant() throws {
    for key in ["is_decoder", "add_cross_attention"] where try flag(key) {
      throw fault(key, expected: "false: an encoder")
    }
    for (key, expected) in [
      ("quantization_config", "weights that are not quantized"), ("per_layer_config", "layers that are all alike"),
      ("attribute_map", "keys under their own names"),
    ] where tree[key].map({ $0.members?.isEmpty != true }) ?? false {
      throw fault(key, expected: "no such key: \(expected)")
    }
  }
}
