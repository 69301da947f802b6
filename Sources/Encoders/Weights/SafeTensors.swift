import Foundation
import Platform

/// The safetensors format: named arrays of numbers behind a JSON header.
///
/// Layout: an unsigned 64-bit little-endian header length, that many bytes of JSON, the buffer. Written files pad the
/// header to 8 bytes, order tensors by name and cover the buffer without holes.
public struct SafeTensors: Sendable {
  /// A tensor's place in the file.
  public struct Entry: Sendable, Equatable {
    /// The element type, such as `F32`.
    public let dtype: String
    /// The size of each axis.
    public let shape: [Int]
    /// Where its bytes lie in the buffer.
    public let bytes: Range<Int>
  }

  /// Free text about the file.
  public let metadata: [String: String]
  /// The tensors by name.
  public let entries: [String: Entry]
  private let buffer: Data
  private let path: String

  /// Reads a file's header and maps its buffer.
  ///
  /// - Throws: `InputError` if the file is not there or is not well formed.
  public init(path: String) throws {
    let data = try Files.read(path, as: "safetensors file")
    func fault(_ problem: String) -> InputError {
      InputError(at: path, problem, expected: "a safetensors file")
    }
    guard data.count >= 8 else { throw fault("has \(data.count) bytes") }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= 100_000_000, Int(length) <= data.count - 8 else {
      throw fault("header length \(length) exceeds the file")
    }
    let start = data.startIndex + 8
    let header = data[start..<start + Int(length)]
    guard header.first == UInt8(ascii: "{"),
      let object = try? JSONSerialization.jsonObject(with: Data(header)) as? [String: Any]
    else { throw fault("the header is not a JSON object") }
    buffer = data[(start + Int(length))...]
    var entries: [String: Entry] = [:]
    var metadata: [String: String] = [:]
    for (name, value) in object {
      if name == "__metadata__" {
        guard let strings = value as? [String: String] else { throw fault("__metadata__ is not text") }
        metadata = strings
        continue
      }
      guard let fields = value as? [String: Any], let dtype = fields["dtype"] as? String,
        let shape = fields["shape"] as? [Int], let offsets = fields["data_offsets"] as? [Int], offsets.count == 2,
        let size = Self.elementSizes[dtype]
      else { throw fault("tensor \(name) lacks dtype, shape or data_offsets") }
      var bytes = size
      for axis in shape {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: axis)
        guard axis >= 0, !overflow else { throw fault("tensor \(name) has shape \(shape)") }
        bytes = product
      }
      guard offsets[0] >= 0, offsets[1] >= offsets[0], offsets[1] <= buffer.count, offsets[1] - offsets[0] == bytes
      else { throw fault("tensor \(name) has offsets \(offsets) for shape \(shape) of \(dtype)") }
      entries[name] = Entry(dtype: dtype, shape: shape, bytes: offsets[0]..<offsets[1])
    }
    var end = 0
    for entry in entries.values.sorted(by: { $0.bytes.lowerBound < $1.bytes.lowerBound }) where !entry.bytes.isEmpty {
      guard entry.bytes.lowerBound == end else { throw fault("tensors overlap or leave a hole at byte \(end)") }
      end = entry.bytes.upperBound
    }
    guard end == buffer.count else { throw fault("\(buffer.count - end) bytes belong to no tensor") }
    self.entries = entries
    self.metadata = metadata
    self.path = path
  }

  /// Bytes of one element by type.
  private static let elementSizes = [
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1,
  ]

  /// Copies a 32-bit float tensor to memory.
  ///
  /// - Throws: `InputError` if it is missing or has another type or shape.
  public func read(_ name: String, shape: [Int], into target: UnsafeMutablePointer<Float>) throws {
    guard let entry = entries[name] else { throw InputError(at: path, "has no tensor \(name)") }
    guard entry.dtype == "F32", entry.shape == shape else {
      throw InputError(
        at: path, "tensor \(name) is \(entry.dtype) \(entry.shape)", expected: "F32 \(shape)")
    }
    let start = buffer.startIndex + entry.bytes.lowerBound
    let size = entry.bytes.count
    target.withMemoryRebound(to: UInt8.self, capacity: size) { bytes in
      buffer.copyBytes(to: bytes, from: start..<start + size)
    }
  }

  /// One tensor to be written.
  public struct Item {
    let name: String
    let shape: [Int]
    let elements: UnsafePointer<Float>

    /// A 32-bit float tensor over memory that outlives the writing.
    public init(_ name: String, shape: [Int], _ elements: UnsafePointer<Float>) {
      self.name = name
      self.shape = shape
      self.elements = elements
    }
  }

  /// A whole file of 32-bit float tensors.
  public static func encode(_ items: [Item], metadata: [String: String]) throws -> Data {
    var header: [String: Any] = ["__metadata__": metadata]
    var offset = 0
    let sorted = items.sorted { $0.name < $1.name }
    for item in sorted {
      let size = item.shape.reduce(4, *)
      header[item.name] = ["dtype": "F32", "shape": item.shape, "data_offsets": [offset, offset + size]]
      offset += size
    }
    var json = try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
    json.append(contentsOf: [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
    var data = Data(capacity: 8 + json.count + offset)
    withUnsafeBytes(of: UInt64(json.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(json)
    for item in sorted {
      data.append(UnsafeBufferPointer(start: item.elements, count: item.shape.reduce(1, *)))
    }
    return data
  }
}
