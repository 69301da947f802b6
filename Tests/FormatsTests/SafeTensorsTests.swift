import Foundation
import Platform
import TestSupport
import Testing

@testable import Formats

struct SafeTensorsTests {
  /// A file with any header, right or wrong, and so many zero bytes after it.
  static func file(_ header: String, length: UInt64? = nil, buffer: [UInt8]) -> Data {
    var data = withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Data($0) }
    data.append(Data(header.utf8))
    data.append(contentsOf: buffer)
    return data
  }

  /// The error that reading a file gives, without the path it begins with.
  static func fault(_ data: Data) throws -> String {
    let folder = try TemporaryFolder()
    let path = try folder.file("m.safetensors", data)
    let text = performing { _ = try SafeTensors(path: path) }
    #expect(text.hasPrefix(path + ": ") && !text.contains("\n"), "\(text)")
    return String(text.dropFirst(path.utf8.count + 2))
  }

  static let entry = #""dtype":"F32","shape":[2],"data_offsets":[0,8]"#

  @Test(arguments: [
    ("[]", 0, "the header does not begin with {"),
    ("", 8, "the header does not begin with {"),
    ("{\"a\":{\(entry)", 8, "the text ends too soon"),
    ("{\"a\":{\(entry)}} x", 8, "not JSON: found 'x'; expected the end of the file"),
    ("{\"a\":{\(entry)},\"a\":{\(entry)}}", 8, "key \"a\" is given twice"),
    ("{\"a\":{\(entry),\"dtype\":\"F32\"}}", 8, "key \"dtype\" is given twice"),
    ("{\"a\":{\(entry)},\"b\":{\(entry)}}", 8, "tensor \"b\" at bytes 0 to 8 overlaps another"),
    (
      "{\"a\":{\(entry)},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8,
      "tensor \"b\" at bytes 4 to 8 overlaps another"
    ),
    (
      "{\"a\":{\(entry)},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}", 16,
      "bytes 8 to 12 belong to no tensor"
    ),
    ("{\"a\":{\(entry)}}", 9, "bytes 8 to 9 belong to no tensor"),
    ("{\"a\":{\(entry)}}", 4, "tensor \"a\" at bytes 0 to 8 ends beyond the 4 bytes that there are"),
    ("{}", 1, "bytes 0 to 1 belong to no tensor"),
    (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, "tensor \"a\" takes 8 bytes, but 12 for shape [3]"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, "tensor \"a\" has the data_offsets [8, 0]"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, 8, "tensor \"a\" has the data_offsets [0]"),
    (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8, "tensor \"a\" has a shape that is no list"),
    (#"{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}"#, 8, "tensor \"a\" has a shape that is no list"),
    (#"{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}"#, 8, "not JSON: found '2'; expected a list"),
    (
      #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#, 8,
      "tensor \"a\" has the shape [4294967296, 4294967296], more than any memory holds"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[9223372036854775800,9223372036854775808]}}"#, 8,
      "tensor \"a\" has a data_offsets that is no list"
    ),
    (#"{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}"#, 8, "tensor \"a\" has the unknown dtype \"F31\""),
    (#"{"a":{"shape":[2],"data_offsets":[0,8]}}"#, 8, "tensor \"a\" lacks dtype, shape or data_offsets"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}"#, 8, "tensor \"a\" has the unknown key \"x\""),
    (#"{"a":7}"#, 8, "not JSON: found '7'; expected an object"),
    (#"{"__metadata__":{"a":1}}"#, 0, "not JSON: found '1'; expected a string"),
    (#"{"a":"# + String(repeating: "[", count: 100_000), 0, "not JSON: found '['; expected an object"),
  ])
  func malformedFilesAreToldInOneLine(header: String, bufferSize: Int, start: String) throws {
    let text = try Self.fault(Self.file(header, buffer: [UInt8](repeating: 0, count: bufferSize)))
    #expect(text.hasPrefix(start), "\(text)")
  }

  @Test func lengthsOfHeadersAreNotTrusted() throws {
    #expect(try Self.fault(Data([1, 2, 3])).hasPrefix("has 3 bytes"))
    #expect(try Self.fault(Data()).hasPrefix("has 0 bytes"))
    for (length, start) in [
      (UInt64.max, "claims a header of 18446744073709551615 bytes, beyond the 100000000 allowed"),
      (100_000_001, "claims a header of 100000001 bytes, beyond"),
      (99_999_999, "claims a header of 99999999 bytes, but"),
      (3, "claims a header of 3 bytes, but has 10"),
    ] {
      #expect(try Self.fault(Self.file("{}", length: length, buffer: [])).hasPrefix(start))
    }
  }

  /// A hundred megabytes of header that says nothing is refused where it first goes wrong.
  @Test func floodsOfMetadataAreRefused() throws {
    let flood = (0..<10_001).map { "\"\($0)\":\"\"" }.joined(separator: ",")
    let text = try Self.fault(Self.file("{\"__metadata__\":{\(flood)}}", buffer: []))
    #expect(text.hasPrefix("__metadata__ has more than 10000 keys"))
  }

  @Test func whatIsNoFileIsSaid() throws {
    let folder = try TemporaryFolder()
    #expect(performing { _ = try SafeTensors(path: folder.path) }.contains("is a folder"))
    #expect(performing { _ = try SafeTensors(path: "/dev/zero") }.contains("is a device"))
    #expect(performing { _ = try SafeTensors(path: folder.path + "/x") }.contains("no such file"))
  }

  /// Legal oddities: spaces after the header, no axes, no elements, half precision.
  @Test func halvesAndOddShapesAreRead() throws {
    let header = """
      {"__metadata__":{"format":"pt"},"half":{"dtype":"F16","shape":[3],"data_offsets":[0,6]},
       "brain":{"dtype":"BF16","shape":[1,2],"data_offsets":[6,10]},
       "none":{"dtype":"F32","shape":[0,7],"data_offsets":[10,10]},
       "one":{"dtype":"F32","shape":[],"data_offsets":[10,14]}}   \n
      """
    // 1, −2⁻¹⁴ / 2, 65504; 1.5, −∞; π.
    let buffer: [UInt8] = [0x00, 0x3C, 0x00, 0x82, 0xFF, 0x7B, 0xC0, 0x3F, 0x80, 0xFF, 0xDB, 0x0F, 0x49, 0x40]
    let folder = try TemporaryFolder()
    let file = try SafeTensors(path: try folder.file("m", Self.file(header, buffer: buffer)))
    func floats(_ name: String, _ shape: [Int]) throws -> [Float] {
      var values = [Float](repeating: 0, count: max(1, shape.reduce(1, *)))
      try values.withUnsafeMutableBufferPointer { try file.read(name, shape: shape, into: $0.baseAddress!) }
      return values
    }
    #expect(file.metadata == ["format": "pt"])
    #expect(try floats("half", [3]) == [1, -0x1p-15, 65504])
    #expect(try floats("brain", [1, 2]) == [1.5, -.infinity])
    #expect(try floats("one", []) == [0x1.921fb6p+1])
    #expect(try floats("none", [0, 7]) == [0])
    #expect(
      performing { _ = try floats("half", [1, 3]) }.hasSuffix(
        "tensor half is F16 [3]; expected F64, F32, F16 or BF16 [1, 3]"))
    #expect(performing { _ = try floats("third", [1]) }.hasSuffix("has no tensor third"))
  }

  /// 64 bits are rounded to 32; what is beyond their range is not finite there.
  @Test func doublesAreRounded() throws {
    let header =
      #"{"a":{"dtype":"F64","shape":[3],"data_offsets":[0,24]},"b":{"dtype":"F64","shape":[1],"data_offsets":[24,32]}}"#
    let buffer = [1.0 / 3, -0x1p-149, 65504.125, 1e39].flatMap { withUnsafeBytes(of: $0, Array.init) }
    let folder = try TemporaryFolder()
    let file = try SafeTensors(path: try folder.file("m", Self.file(header, buffer: buffer)))
    var values = [Float](repeating: 0, count: 3)
    try values.withUnsafeMutableBufferPointer { try file.readFinite("a", shape: [3], into: $0.baseAddress!) }
    #expect(values == [Float(1.0 / 3), -0x1p-149, 65504.125])
    #expect(
      performing {
        try values.withUnsafeMutableBufferPointer { try file.readFinite("b", shape: [1], into: $0.baseAddress!) }
      }.hasSuffix("tensor b holds inf as a float of 32 bits, its element 0; expected finite numbers"))
  }

  @Test func whatIsWrittenIsRead() throws {
    let folder = try TemporaryFolder()
    let values: [[Float]] = [[1, 2, 3, 4, 5, 6], [], [7]]
    let shapes = [[2, 3], [0], []]
    let items = zip(["b", "a", "quote\" and é"], zip(values, shapes)).map { name, value in
      (name, value.0, value.1)
    }
    var written: [SafeTensors.Item] = []
    let pointers = items.map { item in
      let pointer = UnsafeMutablePointer<Float>.allocate(capacity: max(1, item.1.count))
      for (i, value) in item.1.enumerated() { pointer[i] = value }
      written.append(SafeTensors.Item(item.0, shape: item.2, pointer))
      return pointer
    }
    defer { pointers.forEach { $0.deallocate() } }
    let data = try SafeTensors.encode(written, metadata: ["format": "pt", "text": "a \"b\"\n"])
    #expect(data.count % 4 == 0)
    let file = try SafeTensors(path: try folder.file("m", data))
    #expect(file.metadata == ["format": "pt", "text": "a \"b\"\n"])
    for item in items {
      var read = [Float](repeating: 0, count: max(1, item.1.count))
      try read.withUnsafeMutableBufferPointer { try file.read(item.0, shape: item.2, into: $0.baseAddress!) }
      #expect(Array(read.prefix(item.1.count)) == item.1)
    }
  }
}
