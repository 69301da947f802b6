/// Block sizes in elements, under the names that Goto & van de Geijn 2008 give them: MC, NC and KC.
///
/// Rows of A in a micro-tile fit the first-level cache, a block of A the second. A micro-panel of B fits the first with AVX2,
/// whose panels are 16 KiB, and the second with AVX-512.
enum BlockSize {
  /// KC: steps of K between two visits of a tile of C.
  static let depth = 256
  /// Elements of B that are packed at a time, if they are more than one block of K deep.
  static let packedElements = 1 << 19
  /// NC: columns of B that are packed at a time and shared.
  static let columns = 3072
  /// MC: rows in the largest block, or nearly so many.
  static let rows = 192

  #if X86_64_V4 || arch(arm64)
    /// KC of split-K, where every block of C packs its own A and B.
    static let splitDepth = 128
    /// The fewest columns of C for which packing A's rows pays: with thirty-two registers no number of them does.
    static let columnsWorthPacking = Int.max
  #else
    /// KC of split-K, where every block of C packs its own A and B.
    static let splitDepth = 256
    /// The fewest columns of C for which packing A's rows pays: with 256 it does not, with 768 it does.
    static let columnsWorthPacking = 512
  #endif

  /// Rows and columns of a block of C of split-K.
  static let splitSide = 256

  /// In how many rounds a tile goes through K: at the beginning of each, memory that is needed later is asked for.
  ///
  /// With thirty-two registers a tile is large and needs much, and a single burst of requests would keep the loads of the
  /// product waiting. With sixteen a tile needs little, and each round costs instructions.
  @inline(__always)
  static func fetchRounds(depth: Int) -> Int {
    #if X86_64_V4 || arch(arm64)
      max(1, depth / 16)
    #else
      1
    #endif
  }
}
