/// y[r][c] = x[r][c] + b[c].
@specialized(where S == Float)
@specialized(where S == Double)
public func addBias<S: Scalar>(
  _ x: UnsafePointer<S>, bias b: UnsafePointer<S>, rows: Int, columns: Int, into y: UnsafeMutablePointer<S>
) {
  forEachChunk(ofRows: rows, columns: columns) { range in
    for row in range {
      map(x + row * columns, b, count: columns, into: y + row * columns, .overwrite) { $0 + $1 }
    }
  }
}

/// y[c] (+)= Σ over r of x[r][c], the gradient of a bias, in the order of `sumOverRows`.
@specialized(where S == Float)
@specialized(where S == Double)
public func sumRows<S: Scalar>(
  _ x: UnsafePointer<S>, rows: Int, columns: Int, into y: UnsafeMutablePointer<S>, _ accumulation: Accumulation
) {
  @inline(__always)
  func term(row: Int, column: Int, left: Int) -> S.Vector {
    load(atMost: left, of: x + (row &* columns &+ column))
  }
  sumOverRows(rows: rows, columns: columns, into: y, accumulation, term)
}
