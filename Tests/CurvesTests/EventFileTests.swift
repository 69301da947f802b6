import Formats
import Foundation
import Platform
import TestSupport
import Testing

@testable import Curves

struct EventFileTests {
  /// A record's payload by fields, read by hand: enough of protocol buffers for what is written here.
  private struct Event: Equatable {
    var wallTime = 0.0
    var step = 0
    var version: String?
    var values: [String: Float] = [:]
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func varint(_ bytes: inout ArraySlice<UInt8>) -> Int {
    var (value, shift) = (0, 0)
    while let byte = bytes.popFirst() {
      value |= Int(byte & 0x7F) << shift
      shift += 7
      if byte < 0x80 { break }
    }
    return value
  }

  /// The fields of a message by number, in order: numbers as their bytes.
  private static func fields(_ bytes: ArraySlice<UInt8>) -> [(Int, ArraySlice<UInt8>)] {
    var (rest, fields) = (bytes, [(Int, ArraySlice<UInt8>)]())
    while !rest.isEmpty {
      let tag = varint(&rest)
      let size: Int
      switch tag & 7 {
      case 0:
        let value = UInt64(varint(&rest))
        fields.append((tag >> 3, withUnsafeBytes(of: value.littleEndian) { ArraySlice(Array($0)) }))
        continue
      case 1: size = 8
      case 2: size = varint(&rest)
      default: size = 4
      }
      fields.append((tag >> 3, rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    return fields
  }

  private static func events(_ path: String) throws -> [Event] {
    var rest = ArraySlice(Array(try Data(contentsOf: URL(fileURLWithPath: path))))
    var events: [Event] = []
    while !rest.isEmpty {
      let length = Int(number(rest.prefix(8)))
      let payload = rest.dropFirst(12).prefix(length)
      rest = rest.dropFirst(16 + length)
      var event = Event()
      for (field, bytes) in fields(payload) {
        switch field {
        case 1: event.wallTime = Double(bitPattern: number(bytes))
        case 2: event.step = Int(number(bytes))
        case 3: event.version = String(decoding: bytes, as: UTF8.self)
        default:
          for (_, value) in fields(bytes) {
            let parts = fields(value)
            event.values[String(decoding: parts[0].1, as: UTF8.self)] = Float(
              bitPattern: UInt32(number(parts[1].1)))
          }
        }
      }
      events.append(event)
    }
    return events
  }

  private func point(_ step: Int, loss: Double?, seconds: Double) -> CurvePoint {
    var point = CurvePoint(step: step, tokens: 1000 * step, elapsedSeconds: seconds)
    point[.trainingLoss] = loss
    return point
  }

  /// The check value of the catalogue of CRCs, and the examples of RFC 3720, appendix B.4.
  @Test func checksAreTheirPublishedValues() {
    #expect(CRC32C.of("123456789".utf8) == 0xE306_9283)
    #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.of(UInt8(0)..<32) == 0x46DD_794E)
  }

  /// Spelt out by hand from the formats: step 300, train_loss_nats 2.5.
  @Test func recordsAreSpeltAsTheFormatsSay() {
    var point = CurvePoint(step: 300, tokens: 0, elapsedSeconds: 0.5)
    point[.trainingLoss] = 2.5
    let bytes = EventRecord(point, start: 1).bytes
    #expect(bytes.count == 12 + 53 + 4)
    #expect(Array(bytes[0..<8]) == [53, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[12..<26]) == [0x09, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0x10, 0xAC, 0x02, 0x2A, 39])
    #expect(Array(bytes[26..<30]) == [0x0A, 22, 0x0A, 15])
    #expect(String(decoding: bytes[30..<45], as: UTF8.self) == "train_loss_nats")
    #expect(Array(bytes[45..<50]) == [0x15, 0, 0, 0x20, 0x40])
  }

  /// As files had it before measures were a list: what runs are judged by comes first, the tokens last.
  @Test func scalarsKeepTheirOrder() throws {
    let measured = Dictionary(uniqueKeysWithValues: Measure.all.map { ($0, 1.0) })
    let bytes = EventRecord(CurvePoint(step: 1, tokens: 9, elapsedSeconds: 0, measured: measured), start: 1).bytes
    let names = [
      "train_loss_nats", "validation_loss_nats", "validation_accuracy", "learning_rate", "gradient_norm", "tokens",
    ]
    let places = names.map { Data(bytes).range(of: Data($0.utf8))?.lowerBound ?? 0 }
    #expect(places == places.sorted() && places[0] > 0)
  }

  @Test func pointsComeOutAsTheyWentIn() throws {
    let folder = try TemporaryFolder()
    let file = EventFile(folder: folder.path)
    try file.write([point(0, loss: nil, seconds: 0)])
    try file.append(point(1, loss: 4.25, seconds: 2))
    try file.append(point(300, loss: .nan, seconds: 3))
    let events = try Self.events(file.path)
    #expect(events.map(\.step) == [0, 0, 1, 300])
    #expect(events[0].version == "brain.Event:2" && events[1].values == ["tokens": 0])
    #expect(events[2].values == ["tokens": 1000, "train_loss_nats": 4.25])
    #expect(events[3].values["train_loss_nats"]?.isNaN == true)
    #expect(events[3].wallTime - events[0].wallTime == 3)
  }

  /// A resumed run begins at its checkpoint: what came later goes, in the same file, and comes again.
  @Test func resumedRunsDuplicateNothing() throws {
    let folder = try TemporaryFolder()
    let file = EventFile(folder: folder.path)
    let points = (0..<5).map { point($0, loss: Double($0), seconds: Double($0)) }
    try file.write([])
    for point in points { try file.append(point) }
    let before = try Data(contentsOf: URL(fileURLWithPath: file.path))
    func inode() throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: file.path)[.systemFileNumber] as? Int
    }
    let number = try inode()
    try file.write(Array(points[..<3]))
    #expect(try Self.events(file.path).map(\.step) == [0, 0, 1, 2])
    for i in 3..<5 { try file.append(point(i, loss: Double(i), seconds: Double(i) + 10)) }
    #expect(try Self.events(file.path).map(\.step) == [0, 0, 1, 2, 3, 4])
    #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)).count == before.count)
    #expect(try inode() == number)
    // A file that is not this run's is written anew.
    try Files.write("garbage", to: file.path)
    try file.write(points)
    #expect(try Self.events(file.path).count == 6)
  }
}
