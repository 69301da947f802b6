import Formats
import Foundation
import Platform
import TestSupport
import Testing

@testable import Models

/// Folders whose files contradict each other or themselves: one line, before any memory is taken for what they claim.
struct MalformedModelTests {
  /// What opening a fixture says after a change to its configuration or to the names in its weights.
  private func fault(
    _ fixture: String, config: [(String, String)] = [], weights: [(String, String)] = []
  ) throws -> String {
    let source = PackageFile.fixture("huggingface/" + fixture)
    let folder = try TemporaryFolder()
    var text = try Files.readText(source + "/config.json", as: "configuration")
    for (old, new) in config {
      #expect(text.contains(old), "\(old)")
      text = text.replacingOccurrences(of: old, with: new)
    }
    _ = try folder.file("config.json", Data(text.utf8))
    var data = try Data(contentsOf: URL(fileURLWithPath: source + "/model.safetensors"))
    for (old, new) in weights {
      // Of one length, so that nothing else moves.
      let range = try #require(data.range(of: Data(old.utf8)))
      #expect(old.utf8.count == new.utf8.count)
      data.replaceSubrange(range, with: Data(new.utf8))
    }
    _ = try folder.file("model.safetensors", data)
    let message = performing { _ = try HuggingFaceModel(folder: folder.path) }
    #expect(!message.contains("\n"))
    return message.replacingOccurrences(of: folder.path + "/", with: "")
  }

  @Test(arguments: [
    (
      "\"vocab_size\": 72", "\"vocab_size\": 73",
      "config.json: does not fit model.safetensors: bert.embeddings.word_emb"
    ),
    ("\"vocab_size\": 72", "\"vocab_size\": 100000000", "config.json: does not fit model.safetensors"),
    ("\"hidden_size\": 24", "\"hidden_size\": 99999999", "config.json: does not fit model.safetensors"),
    ("\"intermediate_size\": 40", "\"intermediate_size\": 41", "config.json: does not fit model.safetensors: bert.enc"),
    ("_layers\": 2", "_layers\": 100000000", "model.safetensors: has no tensor bert.encoder.layer.2.attention.self.q"),
    (
      "_layers\": 2", "_layers\": 1", "model.safetensors: has bert.encoder.layer.1.attention.output.LayerNorm.bias; exp"
    ),
    ("embeddings\": 20", "embeddings\": 21", "config.json: does not fit model.safetensors: bert.embeddings.position_e"),
    ("type_vocab_size\": 2", "type_vocab_size\": 3", "config.json: does not fit model.safetensors: bert.embeddings.to"),
    (
      "_heads\": 3", "_heads\": 5",
      "config.json:20: num_attention_heads is 5; expected a number that divides hidden_size"
    ),
    ("_heads\": 3", "_heads\": 0", "config.json:20: num_attention_heads is 0; expected a whole number from 1"),
    ("\"hidden_size\": 24", "\"hidden_size\": 1e300", "config.json:13: hidden_size is 1e300; expected a whole number"),
    (
      "\"hidden_size\": 24", "\"hidden_size\": \"24\"", "config.json:13: hidden_size is \"24\"; expected a whole number"
    ),
    (
      "\"model_type\": \"bert\"", "\"model_type\": \"gpt2\"",
      "config.json:19: model_type is \"gpt2\"; expected \"bert\""
    ),
    ("\"model_type\": \"bert\",", "", "config.json: model_type is missing; expected \"bert\" or \"roformer\""),
    ("\"gelu\"", "\"tanh\"", "config.json:11: hidden_act is \"tanh\"; expected one of gelu, gelu_python, gelu_new, ge"),
    (
      "\"pad_token_id\"", "\"per_layer_config\": {\"0\": {\"layer_norm_eps\": 0.1}}, \"pad_token_id\"",
      "config.json:22: per_layer_config is {\"0\": {\"layer_norm_eps\": 0.1}}; expected no such key: layers that are all"
    ),
    (
      "\"pad_token_id\"", "\"quantization_config\": {\"quant_method\": \"fp8\"}, \"pad_token_id\"",
      "config.json:22: quantization_config is {\"quant_method\": \"fp8\"}; expected no such key: weights that are not"
    ),
    (
      "\"pad_token_id\"", "\"attribute_map\": {\"a\": \"b\"}, \"pad_token_id\"",
      "config.json:22: attribute_map is {\"a\": \"b\"}; expected no such key: keys under their own names"
    ),
    (
      "\"pad_token_id\"", "\"transformers_weights\": \"../x.safetensors\", \"pad_token_id\"",
      "config.json:22: transformers_weights is \"../x.safetensors\"; expected the name of a safetensors file"
    ),
    (
      "\"pad_token_id\"", "\"transformers_weights\": \"other.safetensors\", \"pad_token_id\"",
      "other.safetensors: no such file"
    ),
    (
      "\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false",
      "model.safetensors: has no tensor cls.predictions.decoder.weight; expected it, as config.json: tie_word_embeddings"
    ),
    ("\"is_decoder\": false", "\"is_decoder\": true", "config.json:16: is_decoder is true; expected false"),
    ("\"layer_norm_eps\": 1e-06", "\"layer_norm_eps\": 0", "config.json:17: layer_norm_eps is 0; expected a number"),
    ("\"layer_norm_eps\"", "\"vocab_size\": 72, \"vocab_size\"", "config.json:17: key \"vocab_size\" is given twice"),
    ("{", "[", "config.json:2: not JSON"),
  ])
  func configurationsThatContradictTheTensors(old: String, new: String, start: String) throws {
    let message = try fault("bert", config: [(old, new)])
    #expect(message.hasPrefix(start), "\(message)")
  }

  @Test(arguments: [
    ("bert", "cls.predictions.bias", "cls.predictions.bios", "model.safetensors: has no tensor cls.predictions.bias"),
    (
      "bert", "bert.embeddings.LayerNorm.bias", "bert.embeddings.LayerNorm.bios",
      "model.safetensors: has no tensor bert.embeddings.LayerNorm.bias"
    ),
    (
      "bert", "bert.pooler.dense.weight", "bert.poodle.dense.weight",
      "model.safetensors: has bert.poodle.dense.weight; expected no such tensor"
    ),
    (
      "bert-old-names", "bert.embeddings.position_ids", "bert.embeddings.LayerNorm.b7",
      "model.safetensors: has bert.embeddings.LayerNorm.b7; expected no such tensor"
    ),
    (
      "roformer", "roformer.embeddings_project.bias", "roformer.embeddings_project.bios",
      "model.safetensors: has no tensor roformer.embeddings_project.bias"
    ),
  ])
  func namesThatAreMissingOrTooMany(fixture: String, old: String, new: String, start: String) throws {
    let message = try fault(fixture, weights: [(old, new)])
    #expect(message.hasPrefix(start), "\(message)")
  }

  @Test func roFormersTableMustBeTheOneThatIsComputed() throws {
    let narrow = try fault("roformer", config: [("embeddings\": 20", "embeddings\": 99999999")])
    #expect(narrow.hasPrefix("config.json: does not fit model.safetensors: roformer.encoder.embed_positions.weight"))
    let values = try fault("roformer", config: [("\"embedding_size\": 16", "\"embedding_size\": 24")])
    #expect(values.hasPrefix("config.json: does not fit model.safetensors: roformer.embeddings.word_embeddings.weight"))
    let odd = try fault("roformer", config: [("_heads\": 3", "_heads\": 8")])
    #expect(odd.contains("num_attention_heads is 8"))
    // Other heads have other frequencies: the same tensors, and other numbers.
    let heads = try fault("roformer", config: [("_heads\": 3", "_heads\": 6")])
    #expect(heads.hasPrefix("config.json: does not fit model.safetensors: roformer.encoder.embed_positions.weight"))
  }

  /// A table of nearly the same numbers is another table; one that was rounded to 16 bits and widened is the same.
  @Test(arguments: ["factor", "shift", "16 bits", "bfloat16"]) func roFormersTableMayBeRounded(kind: String) throws {
    func changed(_ number: Float) -> Float {
      switch kind {
      case "factor": number * 0.999
      case "shift": number + 1e-5
      case "16 bits": Float(Float16(number))
      default: Float(bitPattern: (number.bitPattern &+ 0x8000) & 0xffff_0000)
      }
    }
    let isOpened = !["factor", "shift"].contains(kind)
    let source = PackageFile.fixture("huggingface/roformer")
    let folder = try TemporaryFolder()
    _ = try folder.file("config.json", try Files.read(source + "/config.json", as: "configuration"))
    var data = try Data(contentsOf: URL(fileURLWithPath: source + "/model.safetensors"))
    let entries = try SafeTensors(path: source + "/model.safetensors").entries
    let table = try #require(entries[RoFormer.tableName]).bytes
    let bufferStart = data.count - entries.values.map(\.bytes.upperBound).max()!
    for start in stride(from: bufferStart + table.lowerBound, to: bufferStart + table.upperBound, by: 4) {
      let number = data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: Float.self) }
      withUnsafeBytes(of: changed(number)) { data.replaceSubrange(start..<start + 4, with: $0) }
    }
    _ = try folder.file("model.safetensors", data)
    let message = performing { _ = try HuggingFaceModel(folder: folder.path) }
    #expect(
      isOpened ? message == "nothing was thrown" : message.contains("embed_positions.weight holds other numbers"),
      "\(message)")
  }

  @Test func weightsThatLieElsewhereAreSaid() throws {
    let folder = try TemporaryFolder()
    let config = try Files.read(PackageFile.fixture("huggingface/bert/config.json"), as: "configuration")
    _ = try folder.file("config.json", config)
    #expect(performing { _ = try HuggingFaceModel(folder: folder.path) }.contains("model.safetensors: no such file"))
    _ = try folder.file("pytorch_model.bin", Data("x".utf8))
    #expect(
      performing { _ = try HuggingFaceModel(folder: folder.path) }.hasSuffix(
        "pytorch_model.bin: cannot be read; expected weights as safetensors, which save_pretrained of transformers writes"
      ))
    _ = try folder.file("adapter_config.json", Data("{}".utf8))
    #expect(performing { _ = try HuggingFaceModel(folder: folder.path) }.contains("adapter_config.json: changes the m"))
  }

  @Test func untiedWeightsAreRefused() throws {
    let folder = try TemporaryFolder()
    let source = PackageFile.fixture("huggingface/bert-old-names")
    _ = try folder.file("config.json", try Files.read(source + "/config.json", as: "configuration"))
    var data = try Data(contentsOf: URL(fileURLWithPath: source + "/model.safetensors"))
    let file = try SafeTensors(path: source + "/model.safetensors")
    let entry = try #require(file.entries["cls.predictions.decoder.weight"])
    let start = data.count - file.entries.values.map(\.bytes.upperBound).max()! + entry.bytes.lowerBound
    data[start + 3] ^= 0x80
    _ = try folder.file("model.safetensors", data)
    #expect(
      performing { _ = try HuggingFaceModel(folder: folder.path) }.hasSuffix(
        "cls.predictions.decoder.weight differs from bert.embeddings.word_embeddings.weight; expected tied weights"))
  }
}
