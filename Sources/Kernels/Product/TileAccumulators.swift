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
  /// Adds a row.
  static func += (row: inout Self, other: Self)
  /// Writes its elements side by side.
  func store(to start: UnsafeMutablePointer<S>)
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
  static func += (row: inout Pair, other: Pair) {
    row.left += other.left
    row.right += other.right
  }

  @inline(__always)
  func store(to start: UnsafeMutablePointer<S>) {
    Kernels.store(left, start)
    Kernels.store(right, start + S.Vector.scalarCount)
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
  static func += (row: inout Quadruple, other: Quadruple) {
    row.left += other.left
    row.right += other.right
  }

  @inline(__always)
  func store(to start: UnsafeMutablePointer<S>) {
    left.store(to: start)
    right.store(to: start + 2 &* S.Vector.scalarCount)
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

  /// Adds to the first `rows` rows what the target says, and writes them.
  @inline(__always)
  func store(rows: Int, to target: TileTarget<S>) {
    store(r0, 0, target)
    if rows > 1 { store(r1, 1, target) }
    if rows > 2 { store(r2, 2, target) }
    if rows > 3 { store(r3, 3, target) }
    if rows > 4 { store(r4, 4, target) }
    if rows > 5 { store(r5, 5, target) }
  }

  @inline(__always)
  private func store(_ row: Row, _ i: Int, _ target: TileTarget<S>) {
    var row = row
    if let addend = target.addends.0 { row += Row(addend.start + i &* addend.rowStride) }
    if let addend = target.addends.1 { row += Row(addend.start + i &* addend.rowStride) }
    if let addend = target.addends.2 { row += Row(addend.start + i &* addend.rowStride) }
    row.store(to: target.start + i &* target.rowStride)
  }
}

/// Where a tile is written straight from the registers, and what is added to it before.
struct TileTarget<S: Scalar> {
  /// Its first element.
  let start: UnsafeMutablePointer<S>
  /// Elements from one row to the next.
  let rowStride: Int
  /// Added in order.
  var addends: (TileAddend<S>?, TileAddend<S>?, TileAddend<S>?) = (nil, nil, nil)
}

/// Rows that are added to those of a tile.
struct TileAddend<S: Scalar> {
  /// The first element.
  let start: UnsafePointer<S>
  /// Elements from one row to the next; 0 adds the same row to all.
  let rowStride: Int
}

/// Memory for a finished tile, on the stack of the product that multiplies tile after tile.
struct TileMemory<S: Scalar> {
  private var sums = TileAccumulators<Tile.Row<S>>()

  /// The tile's first element.
  @inline(__always)
  mutating func withPointer(_ body: (UnsafeMutablePointer<S>) -> Void) {
    withUnsafeMutableBytes(of: &sums) { body($0.baseAddress!.assumingMemoryBound(to: S.self)) }
  }
}
