/// A read-only view of a matrix in memory; a transpose is the same memory with the strides exchanged.
public struct Matrix<S: Scalar> {
  /// Element (0, 0).
  @usableFromInline let elements: UnsafePointer<S>
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// Elements from one row to the next.
  public let rowStride: Int
  /// Elements from one column to the next.
  public let columnStride: Int

  /// A row-major matrix.
  ///
  /// - Parameters:
  ///   - elements: element (0, 0).
  ///   - rows: the number of rows.
  ///   - columns: the number of columns.
  ///   - rowStride: elements from one row to the next; `columns` if the rows lie side by side.
  public init(_ elements: UnsafePointer<S>, rows: Int, columns: Int, rowStride: Int? = nil) {
    self.init(elements, rows: rows, columns: columns, rowStride: rowStride ?? columns, columnStride: 1)
  }

  private init(_ elements: UnsafePointer<S>, rows: Int, columns: Int, rowStride: Int, columnStride: Int) {
    self.elements = elements
    self.rows = rows
    self.columns = columns
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  /// A matrix of the same shape elsewhere in memory.
  init(elements: UnsafePointer<S>, like other: Matrix) {
    self.init(
      elements, rows: other.rows, columns: other.columns, rowStride: other.rowStride,
      columnStride: other.columnStride)
  }

  /// The transpose, without moving an element.
  public var transposed: Matrix {
    Matrix(elements, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride)
  }
}
