import Platform

/// Σ x² over all elements of some arrays, in one loop.
///
/// Order: within a chunk of `chunkSize` elements in `S`, as in `sum(_:_:_:)`; the chunks of an array one after another in
/// `Double`, and so the arrays. Squares beyond the range of `S` give ∞.
@specialized(where S == Float)
@specialized(where S == Double)
public func sumOfSquares<S: Scalar>(_ arrays: [UnsafeBufferPointer<S>]) -> Double {
  let chunks = ArrayChunk.chunks(of: arrays.map(\.count))
  return withUnsafeTemporaryAllocation(of: S.self, capacity: max(1, chunks.count)) { partials in
    ThreadPool.shared.runUnchecked(chunks.count) { index in
      let chunk = chunks[index]
      let x = arrays[chunk.array].baseAddress! + chunk.range.lowerBound
      @inline(__always)
      func square(_ i: Int, _ left: Int) -> S.Vector {
        let here: S.Vector = load(atMost: left, of: x + i)
        return here * here
      }
      partials[index] = sum(chunk.range.count, S.self, square)
    }
    var totals = [Double](repeating: 0, count: arrays.count)
    for (index, chunk) in chunks.enumerated() { totals[chunk.array] += Double(partials[index]) }
    return totals.reduce(0, +)
  }
}

/// The first index whose element is infinite or not a number, or nil if all are finite.
@specialized(where S == Float)
@specialized(where S == Double)
public func firstNonFinite<S: Scalar>(_ x: UnsafePointer<S>, count: Int) -> Int? {
  let chunks = (count + chunkSize - 1) / chunkSize
  return withUnsafeTemporaryAllocation(of: Bool.self, capacity: max(1, chunks)) { isSuspect in
    forEachChunk(of: count) { range in
      let x = x + range.lowerBound
      // 0 · x is 0 for every finite x and NaN for all others.
      @inline(__always)
      func vanishing(_ i: Int, _ left: Int) -> S.Vector { S.Vector(repeating: 0) * load(atMost: left, of: x + i) }
      let total = sum(range.count, S.self, vanishing)
      isSuspect[range.lowerBound / chunkSize] = total != 0
    }
    for chunk in 0..<chunks where isSuspect[chunk] {
      for i in chunk * chunkSize..<min(count, (chunk + 1) * chunkSize) where !x[i].isFinite { return i }
    }
    return nil
  }
}
