// Contiguous; `count` elements each. The destination may be the source.

/// y (+)= factor · x.
@specialized(where S == Float)
@specialized(where S == Double)
public func scale<S: Scalar>(
  _ x: UnsafePointer<S>, by factor: S, count: Int, into y: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation = .overwrite
) {
  let factor = S.Vector(repeating: factor)
  @inline(__always)
  func value(_ x: S.Vector) -> S.Vector { factor * x }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(x + i, count: range.count, into: y + i, accumulation, value)
  }
}

/// Every element of y becomes `value`.
@specialized(where S == Float)
@specialized(where S == Double)
public func fill<S: Scalar>(_ y: UnsafeMutablePointer<S>, with value: S, count: Int) {
  forEachChunk(of: count) { range in
    (y + range.lowerBound).update(repeating: value, count: range.count)
  }
}
