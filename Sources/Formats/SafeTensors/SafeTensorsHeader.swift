import Platform

/// The header of a safetensors file: which tensors there are, and where.
///
/// Nothing in it is trusted. Memory grows with the bytes of the header, which the format bounds.
struct SafeTensorsHeader {
  /// The tensors by name.
  private(set) var entries: [String: SafeTensors.Entry] = [:]
  /// Free text about the file.
  private(set) var metadata: [String: String] = [:]

  /// The longest header that the format allows, in bytes.
  static let maximumLength = 100_000_000
  /// The most axes of a tensor that are read.
  private static let maximumRank = 16
  /// The most pieces of free text that are read.
  private static let maximumMetadataCount = 10_000

  /// Reads and checks a header.
  ///
  /// - Parameters:
  ///   - bytes: the JSON.
  ///   - bufferSize: how many bytes follow the header.
  ///   - path: the file that errors name.
  /// - Throws: `InputError` naming the tensor at fault.
  init(_ bytes: [UInt8], bufferSize: Int, path: String) throws {
    guard bytes.first == UInt8(ascii: "{") else { throw Self.fault(path, "the header does not begin with {") }
    var reader = JSONReader(bytes, source: path, hasLines: false)
    var (entries, metadata) = (self.entries, self.metadata)
    try reader.members { reader, name in
      if name == "__metadata__" {
        metadata = try Self.metadata(&reader, path: path)
      } else {
        entries[name] = try Self.entry(&reader, name: name, path: path)
      }
    }
    try reader.end()
    (self.entries, self.metadata) = (entries, metadata)
    try check(bufferSize: bufferSize, path: path)
  }

  private static func fault(_ path: String, _ problem: String) -> InputError {
    InputError(at: path, problem, expected: "a safetensors file")
  }

  /// A tensor's name as an error shows it.
  private static func quoted(_ name: String) -> String { JSONValue(name).excerpt }

  private static func metadata(_ reader: inout JSONReader, path: String) throws -> [String: String] {
    var metadata: [String: String] = [:]
    try reader.members { reader, key in
      guard metadata.count < maximumMetadataCount else {
        throw fault(path, "__metadata__ has more than \(maximumMetadataCount) keys")
      }
      metadata[key] = try reader.text()
    }
    return metadata
  }

  private static func entry(_ reader: inout JSONReader, name: String, path: String) throws -> SafeTensors.Entry {
    func wrong(_ problem: String) -> InputError { fault(path, "tensor \(quoted(name)) \(problem)") }
    func numbers(_ reader: inout JSONReader, of key: String) throws -> [Int] {
      var values: [Int] = []
      try reader.elements { reader in
        let text = try reader.number()
        guard values.count < maximumRank, let value = Int(text), value >= 0 else {
          throw wrong("has a \(key) that is no list of at most \(maximumRank) whole numbers from 0")
        }
        values.append(value)
      }
      return values
    }
    var (type, shape, offsets): (ElementType?, [Int]?, [Int]?)
    try reader.members { reader, key in
      switch key {
      case "dtype":
        let text = try reader.text()
        type = text.utf8.count <= 16 ? ElementType(rawValue: text) : nil
        guard type != nil else { throw wrong("has the unknown dtype \(quoted(text))") }
      case "shape": shape = try numbers(&reader, of: key)
      case "data_offsets": offsets = try numbers(&reader, of: key)
      default: throw wrong("has the unknown key \(quoted(key))")
      }
    }
    guard let type, let shape, let offsets else { throw wrong("lacks dtype, shape or data_offsets") }
    guard offsets.count == 2, offsets[0] <= offsets[1] else { throw wrong("has the data_offsets \(offsets)") }
    var size = type.size
    for axis in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: axis)
      guard !overflow else { throw wrong("has the shape \(shape), more than any memory holds") }
      size = product
    }
    guard offsets[1] - offsets[0] == size else {
      let count = offsets[1] - offsets[0]
      throw wrong("takes \(count.counted("byte")), but \(size) for shape \(shape) of \(type.rawValue)")
    }
    return SafeTensors.Entry(type: type, shape: shape, bytes: offsets[0]..<offsets[1])
  }

  /// Checks that the tensors cover the buffer, without holes or overlaps.
  private func check(bufferSize: Int, path: String) throws {
    var end = 0
    let ordered = entries.sorted {
      ($0.value.bytes.lowerBound, $0.value.bytes.upperBound, $0.key)
        < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound, $1.key)
    }
    for (name, entry) in ordered {
      let place = "tensor \(Self.quoted(name)) at bytes \(entry.bytes.lowerBound) to \(entry.bytes.upperBound)"
      guard entry.bytes.upperBound <= bufferSize else {
        throw Self.fault(path, "\(place) ends beyond the \(bufferSize.counted("byte")) that there are")
      }
      guard entry.bytes.lowerBound >= end else { throw Self.fault(path, "\(place) overlaps another") }
      guard entry.bytes.lowerBound == end else {
        throw Self.fault(path, "bytes \(end) to \(entry.bytes.lowerBound) belong to no tensor")
      }
      end = entry.bytes.upperBound
    }
    guard end == bufferSize else { throw Self.fault(path, "bytes \(end) to \(bufferSize) belong to no tensor") }
  }
}
