import Platform

/// Dropout: y (+)= x / (1 − rate) where an element is kept, 0 · x elsewhere.
///
/// Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014, scaled in training instead of after it.
/// Element i is kept if word i of the source (lane i mod 4 of block ⌊i/4⌋) is at least rate · 2³². The mask is a
/// function of the source alone, so the backward pass is the same call on the cotangent.
///
/// - Precondition: `rate` is in [0, 1).
@specialized(where S == Float)
@specialized(where S == Double)
public func dropout<S: Scalar>(
  _ x: UnsafePointer<S>, count: Int, rate: Double, source: RandomSource, into y: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  precondition((0..<1).contains(rate), "dropout: rate \(rate) is not in [0, 1)")
  let threshold = UInt32(min(rate * 0x1p32, Double(UInt32.max)))
  let factor = S(1 / (1 - rate))
  forEachChunk(of: count) { range in
    withUnsafeTemporaryAllocation(of: S.self, capacity: maskSize) { factors in
      let factors = factors.baseAddress!
      var i = range.lowerBound
      while i < range.upperBound {
        let here = min(maskSize, range.upperBound - i)
        for block in 0..<(here + 3) / 4 {
          let words = source.block(i / 4 + block)
          for lane in 0..<4 { factors[4 * block + lane] = words[lane] >= threshold ? factor : 0 }
        }
        map(x + i, UnsafePointer(factors), count: here, into: y + i, accumulation, *)
        i += here
      }
    }
  }
}

/// Elements whose mask is made at a time; divides `chunkSize`, and is divided by 4.
private let maskSize = 256
