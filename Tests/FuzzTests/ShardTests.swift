import Formats
import Foundation
import Models
import Platform
import TestSupport
import Testing

/// Mutants of an index of shards, and of the configuration beside it.
@Suite(.timeLimit(.minutes(10)))
struct ShardTests {
  @Test func indicesOfShards() async {
    await #expect(processExitsWith: .success) {
      let source = PackageFile.fixture("huggingface/bert-shards")
      let index = try Data(contentsOf: URL(fileURLWithPath: source + "/model.safetensors.index.json"))
      let folder = try TemporaryFolder()
      for name in try FileManager.default.contentsOfDirectory(atPath: source) where name.hasPrefix("model-") {
        _ = try folder.file(name, try Files.read(source + "/" + name, as: "shard"))
      }
      let words = [
        "{", "}", "\"", ",", ":", "null", "[", "\"weight_map\":", "../", "/dev/zero", "\\u0000", ".safetensors",
        "model-00001-of-00005.safetensors", "/", "bert.embeddings.LayerNorm.bias",
      ]
      let path = folder.path + "/model.safetensors.index.json"
      try Fuzzing.run("index of shards", on: Array(index), words: words) { input in
        try Data(contentsOf: URL(fileURLWithPath: input)).write(to: URL(fileURLWithPath: path))
        let files = try TensorFiles(path: path)
        for name in files.entries.keys { precondition(files.path(of: name) != path) }
      }
    }
  }

  @Test func configurations() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let source = PackageFile.fixture("huggingface/roformer-relu")
      _ = try folder.file("model.safetensors", try Files.read(source + "/model.safetensors", as: "weights"))
      let config = try Data(contentsOf: URL(fileURLWithPath: source + "/config.json"))
      let words = [
        "{", "}", "\"", ",", ":", "null", "true", "[", "\"transformers_weights\":", "\"hidden_act\": \"gelu_new\",",
        "\"tie_word_embeddings\": false,", "\"per_layer_config\": {\"0\": {}},", "\"embedding_size\": 12,",
      ]
      try Fuzzing.run("configuration", on: Array(config), words: words) { input in
        let path = folder.path + "/config.json"
        try Data(contentsOf: URL(fileURLWithPath: input)).write(to: URL(fileURLWithPath: path))
        let model = try HuggingFaceModel(folder: folder.path)
        precondition(model.store.elementCount > 0)
      }
    }
  }
}
