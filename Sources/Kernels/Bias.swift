/// y[c] (+)= Σ over r of x[r][c], the gradient of a bias, in the order of `sumOverRows`.
@specialized(where S == Float)
@specialized(where S == Double)
public func sumRows<S: Scalar>(
  _ x: UnsafePointer<S>, rows: Int, columns: Int, into y: UnsafeMutablePointer<S>, _ accumulation: Accumulation
) {
  sumOverRows(Element(x: x, columns: columns), rows: rows, columns: columns, into: y, accumulation)
}

/// x[row][column].
private struct Element<S: Scalar>: RowTerm {
  let x: UnsafePointer<S>
  let columns: Int

  @inline(__always)
  func callAsFunction(row: Int, column: Int, count: Int) -> S.Vector {
    load(atMost: count, of: x + (row &* columns &+ column))
  }
}
