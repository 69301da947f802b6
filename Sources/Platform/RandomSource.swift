import Foundation

/// Random numbers that are a pure function of (seed, purpose, step, index).
///
/// Nothing is drawn "after" anything else: an arm with one more table cannot shift another arm's draws, and a run
/// that goes on from a checkpoint meets the same numbers as one that was never stopped.
public struct RandomSource: Sendable {
  @usableFromInline let philox: Philox
  @usableFromInline let step: UInt64

  /// A source for one purpose at one step.
  ///
  /// - Parameters:
  ///   - seed: the run's seed.
  ///   - purpose: what the numbers are for, such as `"masking"` or a parameter's name; distinct purposes are
  ///     independent.
  ///   - step: the training step, or any other counter that tells repeated draws apart.
  public init(seed: UInt64, purpose: String, step: Int = 0) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a, 64 bits
    for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    philox = Philox(key: Self.mixed(Self.mixed(seed) ^ hash))
    self.step = UInt64(bitPattern: Int64(step))
  }

  /// The finalizer of SplitMix64: a bijection that spreads every bit.
  ///
  /// Source: Steele et al. 2014.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Four words of 32 uniform bits: block `index` of this source.
  @inlinable
  @inline(__always)
  public func block(_ index: Int) -> SIMD4<UInt32> {
    philox.block(low: UInt64(bitPattern: Int64(index)), high: step)
  }

  /// 64 uniform bits at `index`.
  public func bits(at index: Int) -> UInt64 {
    let words = block(index)
    return UInt64(words.x) | UInt64(words.y) << 32
  }

  /// A uniform number in [0, 1) with 53 random bits.
  public func uniform(at index: Int) -> Double {
    Double(bits(at: index) >> 11) * 0x1p-53
  }

  /// A uniform whole number in `0..<bound` (multiply-shift; the bias is below bound / 2⁶⁴).
  ///
  /// - Precondition: `bound` is positive.
  public func integer(below bound: Int, at index: Int) -> Int {
    precondition(bound > 0, "RandomSource.integer(below:): bound \(bound) is not positive")
    return Int(bits(at: index).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A normal number truncated to two standard deviations, of mean 0: the first acceptable draw of Box and Muller 1958.
  ///
  /// The standard deviation is that of the normal *before* truncation, as in BERT's initializer.
  ///
  /// - Precondition: `index` is below 2⁴⁸, so that attempts do not meet other indices.
  public func truncatedNormal(standardDeviation: Double, at index: Int) -> Double {
    var attempt = 0
    while true {
      let words = block(index | attempt << 48)
      let radius = (-2 * log((Double(words.x) + 0.5) * 0x1p-32)).squareRoot()
      let angle = 2 * Double.pi * Double(words.y) * 0x1p-32
      let (first, second) = (radius * cos(angle), radius * sin(angle))
      if abs(first) <= 2 { return standardDeviation * first }
      if abs(second) <= 2 { return standardDeviation * second }
      attempt += 1
    }
  }

  /// A sequential view of the blocks from `index` on, for what takes a `RandomNumberGenerator`.
  public func generator(from index: Int = 0) -> Generator {
    Generator(source: self, index: index)
  }

  /// A permutation of `0..<count`, by Fisher and Yates with draw i at index i.
  public func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(i, integer(below: i + 1, at: i))
    }
    return order
  }

  /// The same permutation as `permutation(of:)` in half the memory, where that counts.
  ///
  /// - Precondition: `count` is at most 2³².
  public func compactPermutation(of count: Int) -> [UInt32] {
    precondition(count <= 1 << 32, "RandomSource.compactPermutation(of:): \(count)")
    var order = (0..<count).map { UInt32(truncatingIfNeeded: $0) }
    for i in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(i, integer(below: i + 1, at: i))
    }
    return order
  }

  /// Draws one after another, each at the next index.
  public struct Generator: RandomNumberGenerator {
    let source: RandomSource
    var index: Int

    /// The next 64 uniform bits.
    public mutating func next() -> UInt64 {
      defer { index += 1 }
      return source.bits(at: index)
    }
  }
}
