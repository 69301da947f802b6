/// One row of a tile: neighbouring vectors of a row of C, or of B at one step of K.
protocol TileRow<S> {
  associatedtype S: Scalar

  /// How many vectors.
  static var vectors: Int { get }

  /// Zeros.
  init()
  /// The elements from an address on.
  init(_ start: UnsafePointer<S>)

  /// Adds the product of an element of A with a row of B.
  mutating func add(_ element: S.Vector, times b: Self)
  /// Hands its vectors to the epilogue, two at a time.
  func store<E: TileEpilogue<S>>(row: Int, column: Int, _ epilogue: E)
}

/// Two vectors.
struct Pair<S: Scalar>: TileRow {
  private var (left, right): (S.Vector, S.Vector)

  @inline(__always)
  static var vectors: Int { 2 }

  @inline(__always)
  init() { (left, right) = (S.Vector(), S.Vector()) }

  @inline(__always)
  init(_ start: UnsafePointer<S>) { (left, right) = (load(start), load(start + S.Vector.scalarCount)) }

  @inline(__always)
  mutating func add(_ element: S.Vector, times b: Pair) {
    left = left.addingProduct(element, b.left)
    right = right.addingProduct(element, b.right)
  }

  @inline(__always)
  func store<E: TileEpilogue<S>>(row: Int, column: Int, _ epilogue: E) {
    epilogue.store(left, right, row: row, column: column)
  }
}

/// Four vectors.
struct Quadruple<S: Scalar>: TileRow {
  private var (left, right): (Pair<S>, Pair<S>)

  @inline(__always)
  static var vectors: Int { 4 }

  @inline(__always)
  init() { (left, right) = (Pair(), Pair()) }

  @inline(__always)
  init(_ start: UnsafePointer<S>) { (left, right) = (Pair(start), Pair(start + 2 * S.Vector.scalarCount)) }

  @inline(__always)
  mutating func add(_ element: S.Vector, times b: Quadruple) {
    left.add(element, times: b.left)
    right.add(element, times: b.right)
  }

  @inline(__always)
  func store<E: TileEpilogue<S>>(row: Int, column: Int, _ epilogue: E) {
    left.store(row: row, column: column, epilogue)
    right.store(row: row, column: column &+ 2 &* S.Vector.scalarCount, epilogue)
  }
}

/// The sums of a tile, all in registers, row after row.
struct TileAccumulators<Row: TileRow> {
  typealias S = Row.S
  private var (r0, r1, r2, r3, r4, r5) = (Row(), Row(), Row(), Row(), Row(), Row())

  @inline(__always)
  init() {}

  /// Adds the products of one step of K.
  @inline(__always)
  mutating func add(_ a: UnsafePointer<S>, rowStride: Int, _ b: UnsafePointer<S>) {
    let b = Row(b)
    @inline(__always)
    func element(_ row: Int) -> S.Vector { S.Vector(repeating: a[row &* rowStride]) }
    r0.add(element(0), times: b)
    r1.add(element(1), times: b)
    r2.add(element(2), times: b)
    r3.add(element(3), times: b)
    r4.add(element(4), times: b)
    r5.add(element(5), times: b)
  }

  /// Hands row after row to the epilogue.
  @inline(__always)
  func store<E: TileEpilogue<S>>(row: Int, column: Int, _ epilogue: E) {
    r0.store(row: row, column: column, epilogue)
    r1.store(row: row &+ 1, column: column, epilogue)
    r2.store(row: row &+ 2, column: column, epilogue)
    r3.store(row: row &+ 3, column: column, epilogue)
    r4.store(row: row &+ 4, column: column, epilogue)
    r5.store(row: row &+ 5, column: column, epilogue)
  }
}
