import Foundation
import Platform
import TestSupport
import Testing

@testable import Formats

/// Tensors in shards, as an index names them.
struct TensorFilesTests {
  /// A folder with shards, each of some tensors of two numbers, and an index.
  private func folder(
    _ shards: [String: [String: [Float]]], index: String
  ) throws -> (folder: TemporaryFolder, index: String) {
    let folder = try TemporaryFolder()
    for (name, tensors) in shards {
      try Files.makeFolder((folder.path + "/" + name as NSString).deletingLastPathComponent)
      _ = try folder.file(name, try Self.file(tensors))
    }
    return (folder, try folder.file("model.safetensors.index.json", Data(index.utf8)))
  }

  private static func file(_ tensors: [String: [Float]]) throws -> Data {
    let pointers = tensors.mapValues { values in
      let pointer = UnsafeMutablePointer<Float>.allocate(capacity: values.count)
      pointer.initialize(from: values, count: values.count)
      return pointer
    }
    defer { pointers.values.forEach { $0.deallocate() } }
    return try SafeTensors.encode(
      pointers.map { SafeTensors.Item($0, shape: [tensors[$0]!.count], $1) }, metadata: [:])
  }

  private func numbers(_ name: String, count: Int = 2, of files: TensorFiles) throws -> [Float] {
    var values = [Float](repeating: 0, count: count)
    try values.withUnsafeMutableBufferPointer { try files.readFinite(name, shape: [count], into: $0.baseAddress!) }
    return values
  }

  @Test func tensorsAreReadFromTheirShards() throws {
    let (folder, index) = try folder(
      ["1.safetensors": ["a": [1, 2]], "more/2.safetensors": ["b": [3, 4], "extra": [5, 6]]],
      index: #"{"metadata": {"total_size": 24}, "weight_map": {"b": "more/2.safetensors", "a": "1.safetensors"}}"#)
    let files = try TensorFiles(path: index)
    #expect(files.path == index && Set(files.entries.keys) == ["a", "b", "extra"])
    #expect(try numbers("a", of: files) == [1, 2])
    #expect(try numbers("b", of: files) == [3, 4])
    #expect(try numbers("extra", of: files) == [5, 6])
    #expect(files.path(of: "b") == folder.path + "/more/2.safetensors" && files.path(of: "none") == index)
    let single = try TensorFiles(path: folder.path + "/1.safetensors")
    #expect(try numbers("a", of: single) == [1, 2])
    let fault = performing { _ = try numbers("a", count: 3, of: files) }
    #expect(fault == "\(folder.path)/1.safetensors: tensor a is F32 [2]; expected F64, F32, F16 or BF16 [3]")
  }

  @Test(arguments: [
    (
      #"{"a": "1.safetensors", "b": "2.safetensors"}"#,
      "names the shard 2.safetensors, which is missing; expected DIR/2."
    ),
    (
      #"{"a": "1.safetensors", "c": "1.safetensors"}"#, "DIR/1.safetensors: has no tensor c; expected it, as DIR/model."
    ),
    (#"{"a": "1.safetensors", "b": "twice.safetensors"}"#, "tensor a is in 1.safetensors and in twice.safetensors"),
    (#"{"a": "../1.safetensors"}"#, #"weight_map gives "a" the file "../1.safetensors"; expected the name"#),
    (#"{"a": "/dev/zero"}"#, #"weight_map gives "a" the file "/dev/zero"; expected the name"#),
    (#"{"a": "1.bin"}"#, #"weight_map gives "a" the file "1.bin"; expected the name"#),
    (#"{"a": "folder.safetensors"}"#, "DIR/folder.safetensors: is a folder"),
    (#"{"a": 1}"#, #"weight_map gives "a" the file 1; expected the name"#),
    ("{}", "has no weight_map; expected an object"), ("[]", "has no weight_map; expected an object"),
    (#"{"a": "1.safetensors", "a": "1.safetensors"}"#, #"key "a" is given twice"#),
  ])
  func faultsAreOneLine(map: String, message: String) throws {
    let (folder, index) = try folder(
      [
        "1.safetensors": ["a": [1, 2]], "twice.safetensors": ["a": [1, 2], "b": [3, 4]],
        "folder.safetensors/x": ["a": [1, 2]],
      ],
      index: #"{"weight_map": \#(map)}"#)
    let fault = performing { _ = try TensorFiles(path: index) }.replacingOccurrences(of: folder.path, with: "DIR")
    #expect(fault.contains(message) && !fault.contains("\n"), "\(fault)")
  }

  /// The element is found wherever it stands among blocks and vectors.
  @Test func numbersThatAreNotFiniteAreRefused() throws {
    for count in [1, 7, 8, 64, 65, 200] {
      var values = (0..<count).map { Float($0) - 3 }
      #expect(values.withUnsafeBufferPointer { firstNotFinite($0.baseAddress!, count: count) } == nil)
      for index in Set([0, count / 2, count - 1]) {
        for bad in [Float.nan, .infinity, -.infinity] {
          let good = values[index]
          values[index] = bad
          #expect(values.withUnsafeBufferPointer { firstNotFinite($0.baseAddress!, count: count) } == index)
          values[index] = good
        }
      }
    }
    // The largest numbers add up to more than there is; they are finite all the same.
    let large = [Float](repeating: .greatestFiniteMagnitude, count: 64)
    #expect(large.withUnsafeBufferPointer { firstNotFinite($0.baseAddress!, count: 64) } == nil)
    let (folder, index) = try folder(
      ["1.safetensors": ["a": [1, .infinity]]], index: #"{"weight_map": {"a": "1.safetensors"}}"#)
    let fault = performing { _ = try numbers("a", of: TensorFiles(path: index)) }
    #expect(fault == "\(folder.path)/1.safetensors: tensor a holds inf, its element 1; expected finite numbers")
  }
}
