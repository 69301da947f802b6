import Platform

/// The tensors of a model: of one safetensors file, or of several, its shards, which an index names.
public struct TensorFiles: Sendable {
  /// The file, or the index of the shards.
  public let path: String
  /// The tensors by name.
  public let entries: [String: SafeTensors.Entry]
  private let files: [SafeTensors]
  /// The file of each tensor.
  private let places: [String: Int]

  /// What the name of an index ends with.
  public static let indexEnding = ".safetensors.index.json"
  /// The most shards that are read.
  private static let maximumCount = 10_000

  /// The tensors of one file.
  public init(_ file: SafeTensors) {
    path = file.path
    entries = file.entries
    files = [file]
    places = file.entries.mapValues { _ in 0 }
  }

  /// The tensors of a file, or of the shards that an index names: beside it, or in folders there.
  ///
  /// A shard's tensors that the index does not mention count, as they do in `transformers`.
  ///
  /// - Parameter path: a safetensors file, or an index, by its name's ending.
  /// - Throws: `InputError` if a file is missing or malformed, or lacks a tensor that the index says it has, or if two
  ///   shards have one tensor.
  public init(path: String) throws {
    guard path.hasSuffix(Self.indexEnding) else {
      self = TensorFiles(try SafeTensors(path: path))
      return
    }
    self = try TensorFiles(shardsOf: path)
  }

  private init(shardsOf path: String) throws {
    let index = try ShardIndex(path: path)
    guard index.shards.count <= Self.maximumCount else {
      throw InputError(at: path, "names \(index.shards.count) shards", expected: "at most \(Self.maximumCount)")
    }
    var files: [SafeTensors] = []
    var entries: [String: SafeTensors.Entry] = [:]
    var places: [String: Int] = [:]
    for shard in index.shards {
      let shardPath = index.folder + shard
      guard Files.exists(shardPath) else {
        throw InputError(at: path, "names the shard \(shard), which is missing", expected: "\(shardPath)")
      }
      let file = try SafeTensors(path: shardPath)
      for (name, entry) in file.entries.sorted(by: { $0.key < $1.key }) {
        if let other = places.updateValue(files.count, forKey: name) {
          throw InputError(
            at: path, "tensor \(name) is in \(index.shards[other]) and in \(shard)", expected: "it in one shard")
        }
        entries[name] = entry
      }
      files.append(file)
    }
    for (name, shard) in index.shardsByTensor {
      guard let place = places[name], index.shards[place] == shard else {
        throw InputError(at: index.folder + shard, "has no tensor \(name)", expected: "it, as \(path) says")
      }
    }
    self.path = path
    (self.files, self.entries, self.places) = (files, entries, places)
  }

  /// The file that holds a tensor; the index for one that there is not.
  public func path(of name: String) -> String { places[name].map { files[$0].path } ?? path }

  /// Copies a tensor to memory as 32-bit floats, all of them finite.
  ///
  /// - Throws: `InputError` if it is missing, has another type or shape, or holds a number that is not finite.
  public func readFinite(_ name: String, shape: [Int], into target: UnsafeMutablePointer<Float>) throws {
    guard let place = places[name] else { throw InputError(at: path, "has no tensor \(name)") }
    try files[place].readFinite(name, shape: shape, into: target)
  }
}
