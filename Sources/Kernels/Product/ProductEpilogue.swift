/// What is done to complete sums before they are stored: the policy that ends a product.
protocol ProductFinish<S> {
  associatedtype S: Scalar

  /// What is stored for some sums.
  ///
  /// - Parameters:
  ///   - sums: neighbours in a row of C.
  ///   - offset: elements from the start of C to the first of them.
  ///   - column: of the first.
  ///   - count: how many lanes are elements of C.
  /// - Returns: what is stored; lanes beyond `count` are of no account.
  func callAsFunction(_ sums: S.Vector, offset: Int, column: Int, count: Int) -> S.Vector

  /// What is added to the sums from an element of C on, in order, if nothing else is done to them.
  ///
  /// - Parameters:
  ///   - offset: elements from the start of C to that element.
  ///   - column: of that element.
  ///   - rowStride: elements between rows of C.
  /// - Returns: up to two; `nil` if more is done than to add.
  func addends(offset: Int, column: Int, rowStride: Int) -> (TileAddend<S>?, TileAddend<S>?)?

  /// Matrices beside C, lying as C does, that are read or written where the sums are stored.
  var matrices: (UnsafePointer<S>?, UnsafePointer<S>?) { get }
}

extension ProductFinish {
  /// More is done than to add.
  @inline(__always)
  func addends(offset: Int, column: Int, rowStride: Int) -> (TileAddend<S>?, TileAddend<S>?)? { nil }
}

/// Adds a bias for each column and a residual, where there are any.
struct AddingBias<S: Scalar>: ProductFinish {
  var bias: UnsafePointer<S>?
  /// Lies as C does.
  var residual: UnsafePointer<S>?

  @inline(__always)
  func callAsFunction(_ sums: S.Vector, offset: Int, column: Int, count: Int) -> S.Vector {
    var sums = sums
    if let bias { sums += load(atMost: count, of: bias + column) }
    if let residual { sums += load(atMost: count, of: residual + offset) }
    return sums
  }

  @inline(__always)
  func addends(offset: Int, column: Int, rowStride: Int) -> (TileAddend<S>?, TileAddend<S>?)? {
    (
      bias.map { TileAddend(start: $0 + column, rowStride: 0) },
      residual.map { TileAddend(start: $0 + offset, rowStride: rowStride) }
    )
  }

  var matrices: (UnsafePointer<S>?, UnsafePointer<S>?) { (residual, nil) }
}

/// Where a product goes.
struct ProductTarget<F: ProductFinish> {
  typealias S = F.S
  let c: UnsafeMutablePointer<S>
  let rowStride: Int
  let adds: Bool
  let finish: F

  /// What becomes of the tiles of the block of K that begins or ends the sum.
  @inline(__always)
  func epilogue(isFirst: Bool, isLast: Bool) -> MatrixEpilogue<F> {
    MatrixEpilogue(
      earlier: adds || !isFirst ? self.sums : nil, target: self.sums, isLast: isLast, finish: finish)
  }

  /// C as sums that are not complete.
  var sums: RowMajorSums<S> { RowMajorSums(start: c, rowStride: rowStride) }
}

/// Where sums lie, row after row.
struct RowMajorSums<S: Scalar> {
  /// Element (0, 0) of C, or where it would be.
  let start: UnsafeMutablePointer<S>
  let rowStride: Int
}

/// Stores tiles of the product, added to the sums of earlier steps of K.
struct MatrixEpilogue<F: ProductFinish>: TileEpilogue {
  typealias S = F.S
  let earlier: RowMajorSums<S>?
  let target: RowMajorSums<S>
  let isLast: Bool
  let finish: F

  @inline(always)
  func lines(row: Int, column: Int) -> EpilogueLines<S> {
    let offset = row &* target.rowStride &+ column
    let (second, third) = isLast ? finish.matrices : (nil, nil)
    return EpilogueLines(
      UnsafePointer(target.start + offset), second.map { $0 + offset }, third.map { $0 + offset },
      rowStride: target.rowStride)
  }

  @inline(always)
  func target(row: Int, column: Int) -> TileTarget<S>? {
    let offset = row &* target.rowStride &+ column
    let noAddends: (TileAddend<S>?, TileAddend<S>?)? = (nil, nil)
    guard
      let last = isLast ? finish.addends(offset: offset, column: column, rowStride: target.rowStride) : noAddends
    else { return nil }
    let earlier = earlier.map {
      TileAddend(start: UnsafePointer($0.start) + (row &* $0.rowStride &+ column), rowStride: $0.rowStride)
    }
    return TileTarget(
      start: target.start + offset, rowStride: target.rowStride, addends: (earlier, last.0, last.1))
  }

  @inline(always)
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int) {
    let lanes = S.Vector.scalarCount
    store(left, row: row, column: column, count: lanes)
    store(right, row: row, column: column &+ lanes, count: lanes)
  }

  @inline(always)
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int, count: Int) {
    let lanes = S.Vector.scalarCount
    store(left, row: row, column: column, count: min(count, lanes))
    if count > lanes { store(right, row: row, column: column &+ lanes, count: count &- lanes) }
  }

  @inline(always)
  private func store(_ sums: S.Vector, row: Int, column: Int, count: Int) {
    let offset = row &* target.rowStride &+ column
    var sums = sums
    if let earlier {
      sums += load(atMost: count, of: UnsafePointer(earlier.start + (row &* earlier.rowStride &+ column)))
    }
    if isLast { sums = finish(sums, offset: offset, column: column, count: count) }
    put(sums, first: count, at: target.start + offset, .overwrite)
  }
}
