/// Block sizes in elements, under the names that Goto & van de Geijn 2008 give them: MC, NC and KC.
///
/// Rows of A in a micro-tile fit the first-level cache, a micro-panel of B and a block of A the second.
enum BlockSize {
  /// KC: steps of K between two visits of a tile of C.
  static let depth = 256
  /// Elements of B that are packed at a time, if they are more than one block of K deep.
  static let packedElements = 1 << 19
  /// NC: columns of B that are packed at a time and shared.
  static let columns = 3072
  /// MC: rows in the largest block, or nearly so many.
  static let rows = 192
  /// KC of split-K, where every block of C packs its own A and B.
  #if X86_64_V4 || arch(arm64)
    static let splitDepth = 128
  #else
    static let splitDepth = 256
  #endif
  /// How often memory that is needed later is asked for during the steps of K of a tile.
  ///
  /// Long tiles ask bit by bit, since a burst of requests would keep the loads of the product waiting. Where tiles are
  /// small, they ask once: there the sums would not stay in registers from one round of steps to the next.
  @inline(__always)
  static func fetches(depth: Int) -> Int {
    #if X86_64_V4 || arch(arm64)
      max(1, depth / 16)
    #else
      1
    #endif
  }
  /// Rows and columns of a block of C of split-K.
  static let splitSide = 256
}
