// Same shapes, contiguous; `count` elements each. Destinations may be one of the sources.

/// y = a + b.
@specialized(where S == Float)
@specialized(where S == Double)
public func add<S: Scalar>(
  _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>
) {
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(a + i, b + i, count: range.count, into: y + i, .overwrite, +)
  }
}

/// y = a − b.
@specialized(where S == Float)
@specialized(where S == Double)
public func subtract<S: Scalar>(
  _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>
) {
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(a + i, b + i, count: range.count, into: y + i, .overwrite, -)
  }
}

/// y = a · b.
@specialized(where S == Float)
@specialized(where S == Double)
public func multiply<S: Scalar>(
  _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>
) {
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(a + i, b + i, count: range.count, into: y + i, .overwrite, *)
  }
}

/// y = a / b.
@specialized(where S == Float)
@specialized(where S == Double)
public func divide<S: Scalar>(
  _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>
) {
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(a + i, b + i, count: range.count, into: y + i, .overwrite, /)
  }
}

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

/// y += factor · x, rounded once (axpy).
@specialized(where S == Float)
@specialized(where S == Double)
public func addScaled<S: Scalar>(
  _ x: UnsafePointer<S>, by factor: S, count: Int, to y: UnsafeMutablePointer<S>
) {
  let factor = S.Vector(repeating: factor)
  @inline(__always)
  func value(_ y: S.Vector, _ x: S.Vector) -> S.Vector { y.addingProduct(factor, x) }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(UnsafePointer(y + i), x + i, count: range.count, into: y + i, .overwrite, value)
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
