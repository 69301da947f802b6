import Platform

/// Hands out the buffers of one block of scratch memory, one behind the other, each beginning at a multiple of 16
/// elements.
struct ScratchBuffers<S: Scalar> {
  private let start: UnsafeMutablePointer<S>
  /// Elements that are handed out so far.
  fileprivate private(set) var count = 0
  #if DEBUG
    /// Where each buffer ends.
    private var ends: [Int] = []
  #endif

  /// Buffers of a block of memory.
  @inline(__always)
  fileprivate init(_ start: UnsafeMutablePointer<S>) { self.start = start }

  /// A buffer for `size` elements, undefined at first.
  @inline(__always)
  mutating func buffer(_ size: Int) -> UnsafeMutablePointer<S> {
    let buffer = start + count
    count += roundUp(size, to: 16)
    #if DEBUG
      ends.append(buffer - start + size)
      count += Self.guardSize
    #endif
    return buffer
  }

  #if DEBUG
    /// Elements behind each buffer that nobody may write.
    private static var guardSize: Int { 16 }
    private static var guardian: S { 12345 }

    /// Marks what is behind each buffer.
    fileprivate func guardEnds() {
      for end in ends { (start + end).update(repeating: Self.guardian, count: Self.guardSize) }
    }

    /// Stops where something was written behind a buffer.
    fileprivate func checkEnds() {
      for (number, end) in ends.enumerated() {
        precondition(
          (0..<Self.guardSize).allSatisfy { start[end + $0] == Self.guardian },
          "buffer \(number) of scratch is overrun")
      }
    }
  #endif
}

/// Lends the buffers of a layout, undefined at first, for as long as the body runs.
///
/// A debug build stops where something was written behind the end of one of them.
///
/// - Parameters:
///   - layOut: asks for the buffers and gives them names; is called twice, the first time to find how much they take.
///   - body: is given the named buffers.
@inline(__always)
func withScratch<S: Scalar, Layout>(
  _ layOut: (inout ScratchBuffers<S>) -> Layout, _ body: (Layout) -> Void
) {
  var measured = ScratchBuffers<S>(UnsafeMutablePointer(bitPattern: 64)!)
  _ = layOut(&measured)
  // A tile of a transposed matrix that overhangs reads up to its rows beyond the last element; those products are
  // thrown away.
  Arena.shared.withScratch(S.self, count: measured.count + 16) { start in
    var buffers = ScratchBuffers(start)
    let layout = layOut(&buffers)
    #if DEBUG
      buffers.guardEnds()
    #endif
    body(layout)
    #if DEBUG
      buffers.checkEnds()
    #endif
  }
}
