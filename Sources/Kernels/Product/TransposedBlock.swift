/// Transposes a square block of as many rows as a vector has lanes.
///
/// Row i is interleaved with row i + lanes/2, log₂ lanes times over: each round halves the distance between elements
/// that become neighbours. The first round reads the block and the last one writes it, so there are two at least.
@inline(__always)
func transposeBlock<S: Scalar>(
  _ x: UnsafePointer<S>, rowStride: Int, into y: UnsafeMutablePointer<S>, rowStride targetStride: Int,
  scratch: UnsafeMutablePointer<S>
) {
  let lanes = S.Vector.scalarCount
  let half = lanes / 2
  @inline(__always)
  func interleave(_ from: UnsafeMutablePointer<S>, _ to: UnsafeMutablePointer<S>) {
    for i in 0..<half {
      let (low, high) = S.interleaving(load(from + i &* lanes), load(from + (i &+ half) &* lanes))
      store(low, to + 2 &* i &* lanes)
      store(high, to + (2 &* i &+ 1) &* lanes)
    }
  }
  var (from, to) = (scratch, scratch + lanes * lanes)
  for i in 0..<half {
    let (low, high) = S.interleaving(load(x + i &* rowStride), load(x + (i &+ half) &* rowStride))
    store(low, from + 2 &* i &* lanes)
    store(high, from + (2 &* i &+ 1) &* lanes)
  }
  var done = 2
  while done < half {
    interleave(from, to)
    (from, to) = (to, from)
    done *= 2
  }
  for i in 0..<half {
    let (low, high) = S.interleaving(load(from + i &* lanes), load(from + (i &+ half) &* lanes))
    store(low, y + 2 &* i &* targetStride)
    store(high, y + (2 &* i &+ 1) &* targetStride)
  }
}
