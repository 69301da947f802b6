/// Philox 4×32-10, a counter-based generator of random bits.
///
/// Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
///
/// A block of four 32-bit words is a pure function of a 64-bit key and a 128-bit counter, so any draw can be made
/// in any order, by any thread, and made again.
public struct Philox: Sendable {
  /// The key: two 32-bit words in one.
  public let key: UInt64

  /// A generator with the given key.
  public init(key: UInt64) {
    self.key = key
  }

  /// Four words of 32 uniform bits at a counter of (`high`, `low`).
  @inlinable
  @inline(__always)
  public func block(low: UInt64, high: UInt64 = 0) -> SIMD4<UInt32> {
    var c0 = UInt32(truncatingIfNeeded: low)
    var c1 = UInt32(truncatingIfNeeded: low >> 32)
    var c2 = UInt32(truncatingIfNeeded: high)
    var c3 = UInt32(truncatingIfNeeded: high >> 32)
    var k0 = UInt32(truncatingIfNeeded: key)
    var k1 = UInt32(truncatingIfNeeded: key >> 32)
    for _ in 0..<10 {
      let p0 = UInt64(c0) &* 0xD251_1F53
      let p1 = UInt64(c2) &* 0xCD9E_8D57
      let n0 = UInt32(truncatingIfNeeded: p1 >> 32) ^ c1 ^ k0
      let n2 = UInt32(truncatingIfNeeded: p0 >> 32) ^ c3 ^ k1
      c1 = UInt32(truncatingIfNeeded: p1)
      c3 = UInt32(truncatingIfNeeded: p0)
      c0 = n0
      c2 = n2
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return SIMD4(c0, c1, c2, c3)
  }
}
