import Platform

/// What `model.safetensors.index.json` says: the file of each tensor.
struct ShardIndex {
  /// The shards' names, relative to the index's folder, in order, each once.
  let shards: [String]
  /// The shard of each tensor, in the file's order.
  let shardsByTensor: [(name: String, shard: String)]
  /// What the shards' names are relative to: empty, or with a slash at its end.
  let folder: String

  /// Reads an index.
  ///
  /// - Throws: `InputError` if it is not there or malformed, or a shard would lie outside of its folder.
  init(path: String) throws {
    let tree = try JSONValue.read(path, as: "the index of a model's shards")
    guard let members = tree["weight_map"]?.members, !members.isEmpty else {
      throw InputError(at: path, "has no weight_map", expected: "an object that gives each tensor its file")
    }
    shardsByTensor = try members.map { member in
      guard let shard = member.value.text, Self.isWithinFolder(shard) else {
        throw InputError(
          at: member.value.place.description,
          "weight_map gives \(JSONValue(member.key).excerpt) the file \(member.value.excerpt)",
          expected: "the name of a safetensors file beside the index")
      }
      return (member.key, shard)
    }
    shards = Set(shardsByTensor.map(\.shard)).sorted()
    folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// Whether a relative path leads to something below the folder that it is relative to.
  private static func isWithinFolder(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return path.hasSuffix(".safetensors") && !path.contains("\0") && parts.allSatisfy { !["", ".", ".."].contains($0) }
  }
}
