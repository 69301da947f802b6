/// Block sizes in elements: rows of A in a tile fit the first-level cache, a panel of B and a block of A the second.
enum BlockSize {
  /// Steps of K between two visits of a tile of C.
  static let depth = 256
  /// Elements of B that are packed at a time, if they are more than one block of K deep.
  static let packedElements = 1 << 19
  /// Columns of B that are packed at a time and shared.
  static let columns = 3072
  /// Rows in the largest block, nearly.
  static let rows = 192
  /// Steps of K between two visits of a block of C whose panels are its own.
  static let slab = 128
  /// Steps of K between two requests for memory that is needed later: a burst of them would keep the loads of the
  /// product waiting.
  static let stepsBetweenFetches = 16
  /// Rows and columns of a block of C whose panels are its own.
  static let side = 256
}
