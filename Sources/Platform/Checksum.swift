/// A 64-bit checksum of a stream of bytes, as fast as memory is read: it tells a damaged file from a whole one.
///
/// Eight lanes, each of every eighth 64-bit word (little-endian, the last stripe of 64 bytes filled up with zeros), put
/// together with the length. Each step is a bijection of the state and of the word, so a change within any one word is
/// always seen; others are with a probability near 1 − 2⁻⁶⁴. It is no proof against intent, for which `Digest` is.
public struct Checksum: Sendable {
  private var lanes = SIMD8<UInt64>(repeating: start)
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0

  /// The checksum of no bytes so far.
  public init() {
    pending.reserveCapacity(64)
  }

  /// The checksum of some bytes.
  public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var checksum = Checksum()
    checksum.update(bytes)
    return checksum.value
  }

  /// Takes more bytes in.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    byteCount &+= UInt64(bytes.count)
    var start = 0
    if !pending.isEmpty {
      start = min(64 - pending.count, bytes.count)
      pending += bytes[..<start]
      guard pending.count == 64 else { return }
      pending.withUnsafeBytes { lanes = Self.mixed(lanes, $0, 0..<64) }
      pending.removeAll(keepingCapacity: true)
    }
    let end = start + (bytes.count - start) / 64 * 64
    lanes = Self.mixed(lanes, bytes, start..<end)
    pending += bytes[end...]
  }

  /// The checksum of all bytes so far.
  public var value: UInt64 {
    var lanes = lanes
    if !pending.isEmpty {
      let last = pending + [UInt8](repeating: 0, count: 64 - pending.count)
      last.withUnsafeBytes { lanes = Self.mixed(lanes, $0, 0..<64) }
    }
    return (0..<8).reduce(Self.mixed(Self.start, byteCount)) { Self.mixed($0, lanes[$1]) }
  }

  /// Takes in whole stripes.
  private static func mixed(
    _ lanes: SIMD8<UInt64>, _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
  ) -> SIMD8<UInt64> {
    var (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
    var (e, f, g, h) = (lanes[4], lanes[5], lanes[6], lanes[7])
    @inline(__always) func step(_ state: inout UInt64, _ offset: Int) {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      state = mixed(state, word)
    }
    var i = range.lowerBound
    while i < range.upperBound {
      step(&a, i)
      step(&b, i + 8)
      step(&c, i + 16)
      step(&d, i + 24)
      step(&e, i + 32)
      step(&f, i + 40)
      step(&g, i + 48)
      step(&h, i + 56)
      i += 64
    }
    return SIMD8(a, b, c, d, e, f, g, h)
  }

  /// Exclusive or, a product with an odd number (2⁶⁴ divided by the golden ratio), and the high bits back into the low
  /// ones, where the next product spreads them.
  @inline(__always)
  private static func mixed(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let product = (state ^ word) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 32
  }

  /// Not 0, which zeros would leave as it is; the fractional part of √2.
  private static let start: UInt64 = 0x6a09_e667_f3bc_c908
}

extension UInt64 {
  /// Sixteen hexadecimal digits.
  public var hexadecimalText: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
