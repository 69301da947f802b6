import Foundation
import Platform

/// The safetensors format: named arrays of numbers behind a JSON header.
///
/// Layout: an unsigned 64-bit little-endian header length, that many bytes of JSON, the buffer. Written files pad the
/// header to 8 bytes, order tensors by name and cover the buffer without holes.
public struct SafeTensors: Sendable {
  /// A tensor's place in the file.
  public struct Entry: Sendable, Equatable {
    /// What it is made of.
    public let type: ElementType
    /// The size of each axis.
    public let shape: [Int]
    /// Where its bytes lie in the buffer.
    public let bytes: Range<Int>
  }

  /// Free text about the file.
  public let metadata: [String: String]
  /// The tensors by name.
  public let entries: [String: Entry]
  /// The file that was read.
  public let path: String
  /// The whole file, mapped.
  private let data: Data
  private let bufferStart: Int

  /// Reads a file's header and maps its buffer.
  ///
  /// - Throws: `InputError` if the file is not there or is not well formed.
  public init(path: String) throws {
    let data = try Files.read(path, as: "safetensors file")
    func fault(_ problem: String) -> InputError {
      InputError(at: path, problem, expected: "a safetensors file")
    }
    guard data.count >= 8 else { throw fault("has \(data.count.counted("byte"))") }
    let length = data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= SafeTensorsHeader.maximumLength else {
      throw fault("claims a header of \(length) bytes, beyond the \(SafeTensorsHeader.maximumLength) allowed")
    }
    let start = 8 + Int(length)
    guard start <= data.count else {
      throw fault("claims a header of \(length) bytes, but has \(data.count)")
    }
    let header = try SafeTensorsHeader(
      data.withUnsafeBytes { Array($0[8..<start]) }, bufferSize: data.count - start, path: path)
    (entries, metadata) = (header.entries, header.metadata)
    bufferStart = start
    self.path = path
    self.data = data
  }

  /// Lends the bytes of a tensor.
  private func withBytes(of entry: Entry, _ body: (UnsafeRawBufferPointer) -> Void) {
    data.withUnsafeBytes { file in
      let bytes = entry.bytes.lowerBound + bufferStart..<entry.bytes.upperBound + bufferStart
      body(UnsafeRawBufferPointer(rebasing: file[bytes]))
    }
  }

  /// Copies a tensor of floats of 64, 32 or 16 bits or of bfloat16 to memory as 32-bit floats.
  ///
  /// - Parameters:
  ///   - name: the tensor's name.
  ///   - shape: the shape that it must have.
  ///   - target: room for as many elements.
  /// - Throws: `InputError` if it is missing or has another type or shape.
  public func read(_ name: String, shape: [Int], into target: UnsafeMutablePointer<Float>) throws {
    guard let entry = entries[name] else { throw InputError(at: path, "has no tensor \(name)") }
    guard entry.type.isWeight, entry.shape == shape else {
      throw InputError(
        at: path, "tensor \(name) is \(entry.type.rawValue) \(entry.shape)",
        expected: "F64, F32, F16 or BF16 \(shape)")
    }
    withBytes(of: entry) { entry.type.copy($0, to: target) }
  }

  /// Copies a tensor as `read` does, and refuses one that a model cannot compute with.
  ///
  /// - Throws: `InputError` as `read`, and for an element that is infinite or no number.
  public func readFinite(_ name: String, shape: [Int], into target: UnsafeMutablePointer<Float>) throws {
    try read(name, shape: shape, into: target)
    guard let index = firstNotFinite(target, count: shape.reduce(1, *)) else { return }
    let type = entries[name]?.type == .float64 ? " as a float of 32 bits" : ""
    throw InputError(
      at: path, "tensor \(name) holds \(target[index])\(type), its element \(index)", expected: "finite numbers")
  }

  /// The elements of a 64-bit float tensor.
  ///
  /// - Parameters:
  ///   - name: the tensor's.
  ///   - columns: the size of its second and last axis.
  /// - Returns: the elements, row by row.
  /// - Throws: `InputError` if it is missing or has another type or shape.
  public func doubles(_ name: String, columns: Int) throws -> [Double] {
    guard let entry = entries[name] else { throw InputError(at: path, "has no tensor \(name)") }
    guard entry.type == .float64, entry.shape.count == 2, entry.shape[1] == columns else {
      throw InputError(
        at: path, "tensor \(name) is \(entry.type.rawValue) \(entry.shape)", expected: "F64 [rows, \(columns)]")
    }
    return [Double](unsafeUninitializedCapacity: entry.bytes.count / MemoryLayout<Double>.size) { target, count in
      withBytes(of: entry) { UnsafeMutableRawBufferPointer(target).copyMemory(from: $0) }
      count = target.count
    }
  }

  /// One tensor to be written.
  public struct Item {
    let name: String
    let type: ElementType
    let shape: [Int]
    let bytes: UnsafeRawBufferPointer

    /// A 32-bit float tensor over memory that outlives the writing.
    public init(_ name: String, shape: [Int], _ elements: UnsafePointer<Float>) {
      self.init(name, .float32, shape, UnsafeRawPointer(elements))
    }

    /// A 64-bit float tensor over memory that outlives the writing.
    public init(_ name: String, shape: [Int], _ elements: UnsafePointer<Double>) {
      self.init(name, .float64, shape, UnsafeRawPointer(elements))
    }

    private init(_ name: String, _ type: ElementType, _ shape: [Int], _ elements: UnsafeRawPointer) {
      self.name = name
      self.type = type
      self.shape = shape
      bytes = UnsafeRawBufferPointer(start: elements, count: shape.reduce(type.size, *))
    }
  }

  /// A whole file of tensors.
  public static func encode(_ items: [Item], metadata: [String: String]) throws -> Data {
    var data = Data()
    try write(items, metadata: metadata) { data.append(contentsOf: $0) }
    return data
  }

  /// Writes a whole file of tensors piece by piece, without a copy of them.
  ///
  /// - Parameters:
  ///   - items: the tensors.
  ///   - metadata: free text about the file.
  ///   - append: takes the pieces in the file's order: the header first, then a piece a tensor.
  /// - Throws: what `append` throws.
  public static func write(
    _ items: [Item], metadata: [String: String], append: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var header: [String: Any] = ["__metadata__": metadata]
    var offset = 0
    let sorted = items.sorted { $0.name < $1.name }
    for item in sorted {
      let size = item.bytes.count
      header[item.name] = ["dtype": item.type.rawValue, "shape": item.shape, "data_offsets": [offset, offset + size]]
      offset += size
    }
    var json = try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
    json.append(contentsOf: [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
    let length = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) }
    try (length + json).withUnsafeBytes { try append($0) }
    for item in sorted { try append(item.bytes) }
  }
}
