/// Transposes a square block of as many rows as a vector has lanes.
///
/// Row i is interleaved with row i + lanes/2, log₂ lanes times over: each round halves the distance between elements
/// that become neighbours.
@inline(__always)
func transposeBlock<S: Scalar>(
  _ x: UnsafePointer<S>, rowStride: Int, into y: UnsafeMutablePointer<S>, rowStride targetStride: Int
) {
  let lanes = S.Vector.scalarCount
  let half = lanes / 2
  withUnsafeTemporaryAllocation(of: S.Vector.self, capacity: 2 * lanes) { scratch in
    let rows = scratch.baseAddress!
    let next = rows + lanes
    @inline(__always)
    func interleave(_ from: UnsafeMutablePointer<S.Vector>, _ to: UnsafeMutablePointer<S.Vector>) {
      for i in 0..<half {
        (to[2 &* i], to[2 &* i &+ 1]) = S.interleaving(from[i], from[i &+ half])
      }
    }
    for i in 0..<half {
      let (low, high) = S.interleaving(load(x + i &* rowStride), load(x + (i &+ half) &* rowStride))
      (rows[2 &* i], rows[2 &* i &+ 1]) = (low, high)
    }
    var (from, to) = (rows, next)
    var done = 2
    while done < half {
      interleave(from, to)
      (from, to) = (to, from)
      done *= 2
    }
    for i in 0..<half {
      let (low, high) = S.interleaving(from[i], from[i &+ half])
      store(low, y + 2 &* i &* targetStride)
      store(high, y + (2 &* i &+ 1) &* targetStride)
    }
  }
}
