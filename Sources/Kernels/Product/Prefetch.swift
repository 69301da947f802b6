/// LLVM's prefetch, which Swift does not name.
///
/// The operands say whether to write, how long to keep (3 in all caches, 2 from the second level on), and 1 for data.
/// It becomes one instruction, which cannot fault whatever the address. With ThreadSanitizer the compiler cannot make that
/// instruction, so that `Tests/Races/tests.sh` builds without it.
#if THREAD_SANITIZER
  private func llvmPrefetch(_ address: UnsafeRawPointer, _ writes: Int32, _ locality: Int32, _ kind: Int32) {}
#else
  @_silgen_name("llvm.prefetch.p0")
  @inline(__always)
  private func llvmPrefetch(_ address: UnsafeRawPointer, _ writes: Int32, _ locality: Int32, _ kind: Int32)
#endif

/// Rows of C, and of up to two matrices that lie as C does, that an epilogue will read or write.
struct EpilogueLines<S: Scalar> {
  private let (first, second, third): (UnsafePointer<S>?, UnsafePointer<S>?, UnsafePointer<S>?)
  private let rowStride: Int

  /// Nothing that would have to be asked for.
  init() { (first, second, third, rowStride) = (nil, nil, nil, 0) }

  /// The first element of each, and the elements from one row to the next.
  @inline(__always)
  init(_ first: UnsafePointer<S>, _ second: UnsafePointer<S>?, _ third: UnsafePointer<S>?, rowStride: Int) {
    (self.first, self.second, self.third) = (first, second, third)
    self.rowStride = rowStride
  }

  /// Brings some vectors of each row into the first-level cache.
  @inline(__always)
  fileprivate func prefetch(row: Int, vectors: Int) {
    prefetch(first, row, vectors)
    prefetch(second, row, vectors)
    prefetch(third, row, vectors)
  }

  @inline(__always)
  private func prefetch(_ start: UnsafePointer<S>?, _ row: Int, _ vectors: Int) {
    guard let start else { return }
    let address = start + row &* rowStride
    let width = vectors &* S.Vector.scalarCount
    let elementsPerLine = 64 / MemoryLayout<S>.stride
    for line in 0..<(width &+ elementsPerLine &- 1) / elementsPerLine {
      llvmPrefetch(address + line &* elementsPerLine, 1, 3, 1)
    }
    // A row that does not begin with a line ends in one more.
    if UInt(bitPattern: address) & 63 != 0 { llvmPrefetch(address + (width &- 1), 1, 3, 1) }
  }
}

/// The lines of the rows of a tile, asked for in the first half of its rounds.
struct LinesToFetch<S: Scalar> {
  private let lines: EpilogueLines<S>
  private let rows: Int
  private let rowsAtOnce: Int
  private var row = 0

  @inline(__always)
  init(_ lines: EpilogueLines<S>, rows: Int, rounds: Int) {
    (self.lines, self.rows) = (lines, rows)
    rowsAtOnce = 2 &* rows / rounds &+ 1
  }

  /// Asks for the next ones.
  @inline(__always)
  mutating func proceed(vectors: Int) {
    let end = min(row &+ rowsAtOnce, rows)
    while row < end {
      lines.prefetch(row: row, vectors: vectors)
      row &+= 1
    }
  }
}

/// A part of a matrix that is needed after the one at hand, brought into the second-level cache bit by bit.
///
/// Products are fast enough to wait for memory whenever they begin a block; asked for while the block before is
/// multiplied, its elements are there in time.
struct UpcomingPart<S: Scalar> {
  private var address: UnsafePointer<S>
  private let lineStride: Int
  private let lineCount: Int
  private var line = 0
  private var offset = 0
  private let elementsPerLine = 64 / MemoryLayout<S>.stride
  private let length: Int

  /// Nothing to come.
  static var nothing: UpcomingPart { UpcomingPart(rows: 0..<0, columns: 0..<0) }

  /// The elements of a matrix in some rows and columns.
  init(_ matrix: Matrix<S>, rows: Range<Int>, columns: Range<Int>) {
    let isRowMajor = matrix.columnStride == 1
    address = matrix.elements + rows.lowerBound * matrix.rowStride + columns.lowerBound * matrix.columnStride
    lineStride = isRowMajor ? matrix.rowStride : matrix.columnStride
    lineCount = isRowMajor ? rows.count : columns.count
    length = isRowMajor ? columns.count : rows.count
  }

  private init(rows: Range<Int>, columns: Range<Int>) {
    address = UnsafePointer(bitPattern: 64)!
    (lineStride, lineCount, length) = (0, 0, 0)
  }

  /// How many cache lines it has, if its rows begin with one.
  var count: Int { lineCount * ((length + elementsPerLine - 1) / elementsPerLine) }

  /// Asks for the next `count` cache lines.
  @inline(__always)
  mutating func fetch(_ count: Int) {
    var left = count
    while left > 0, line < lineCount {
      llvmPrefetch(address + offset, 0, 2, 1)
      left &-= 1
      offset &+= elementsPerLine
      if offset >= length {
        offset = 0
        line &+= 1
        address += lineStride
      }
    }
  }
}

/// A part of a matrix, shared out over a number of times.
struct Fetched<S: Scalar> {
  private var part: UpcomingPart<S>
  private let count: Int

  /// A part that is there after `times` calls of `proceed`.
  @inline(__always)
  init(_ part: UpcomingPart<S>, times: Int) {
    self.part = part
    count = (part.count + times - 1) / times
  }

  @inline(__always)
  mutating func proceed() { part.fetch(count) }
}

/// Up to eight parts of matrices that are fetched side by side, bit by bit, while a product is computed.
struct Upcoming<S: Scalar> {
  private typealias Part = Fetched<S>
  private var parts: (Part, Part, Part, Part, Part, Part, Part, Part)
  private let count: Int

  /// Two parts.
  @inline(__always)
  init(_ first: Fetched<S>, _ second: Fetched<S>) {
    parts = (first, second, second, second, second, second, second, second)
    count = 2
  }

  /// Four parts.
  @inline(__always)
  init(_ first: Fetched<S>, _ second: Fetched<S>, _ third: Fetched<S>, _ fourth: Fetched<S>) {
    parts = (first, second, third, fourth, fourth, fourth, fourth, fourth)
    count = 4
  }

  /// Eight parts.
  @inline(__always)
  init(
    _ first: Fetched<S>, _ second: Fetched<S>, _ third: Fetched<S>, _ fourth: Fetched<S>, _ fifth: Fetched<S>,
    _ sixth: Fetched<S>, _ seventh: Fetched<S>, _ eighth: Fetched<S>
  ) {
    parts = (first, second, third, fourth, fifth, sixth, seventh, eighth)
    count = 8
  }

  /// Asks for the next bit of each.
  @inline(__always)
  mutating func proceed() {
    let count = count
    withUnsafeMutableBytes(of: &parts) {
      let parts = $0.baseAddress!.assumingMemoryBound(to: Part.self)
      for i in 0..<count { parts[i].proceed() }
    }
  }
}
