import Platform

/// Seven buffers, undefined at first, that last as long as the body.
///
/// A debug build stops where something was written behind the end of one of them.
@inline(__always)
func withScratch<S: Scalar>(
  _: S.Type, _ a: Int, _ b: Int, _ c: Int, _ d: Int = 0, _ e: Int = 0, _ f: Int = 0, _ g: Int = 0,
  _ body: (
    UnsafeMutablePointer<S>, UnsafeMutablePointer<S>, UnsafeMutablePointer<S>, UnsafeMutablePointer<S>,
    UnsafeMutablePointer<S>, UnsafeMutablePointer<S>, UnsafeMutablePointer<S>
  ) -> Void
) {
  @inline(__always)
  func end(_ start: Int, _ size: Int) -> Int { start + roundUp(size, to: 16) + Guard.size }
  let (endOfA, endOfB) = (end(0, a), end(end(0, a), b))
  let endOfC = end(endOfB, c)
  let endOfD = end(endOfC, d)
  let endOfE = end(endOfD, e)
  let endOfF = end(endOfE, f)
  let endOfG = end(endOfF, g)
  // A tile of a transposed matrix that overhangs reads up to its rows beyond the last element; those products are
  // thrown away.
  Arena.shared.withScratch(S.self, count: endOfG + 16) { start in
    let ends = [a, endOfA + b, endOfB + c, endOfC + d, endOfD + e, endOfE + f, endOfF + g]
    Guard.set(behind: ends, of: start)
    body(start, start + endOfA, start + endOfB, start + endOfC, start + endOfD, start + endOfE, start + endOfF)
    Guard.check(behind: ends, of: start)
  }
}

/// Elements behind each buffer that nobody may write: none but in debug builds.
private enum Guard {
  #if DEBUG
    static let size = 16

    static func set<S: Scalar>(behind ends: [Int], of start: UnsafeMutablePointer<S>) {
      for end in ends { (start + end).update(repeating: 12345, count: size) }
    }

    static func check<S: Scalar>(behind ends: [Int], of start: UnsafeMutablePointer<S>) {
      for (number, end) in ends.enumerated() {
        precondition((0..<size).allSatisfy { start[end + $0] == 12345 }, "buffer \(number) of scratch is overrun")
      }
    }
  #else
    static let size = 0

    @inline(__always)
    static func set<S: Scalar>(behind ends: [Int], of start: UnsafeMutablePointer<S>) {}

    @inline(__always)
    static func check<S: Scalar>(behind ends: [Int], of start: UnsafeMutablePointer<S>) {}
  #endif
}
