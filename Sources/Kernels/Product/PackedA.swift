import Platform

/// A block of A: some of its rows, or some of its columns where it lies transposed; "lines" here, each contiguous.
struct BlockOfA<S: Scalar> {
  let start: UnsafePointer<S>
  /// Elements from one line to the next.
  let stride: Int
  let count: Int
  let length: Int

  /// Lends a packed copy: lines a stride apart that spreads them over all sets of the cache, and adds them up if wanted.
  ///
  /// - Parameters:
  ///   - count: lines of the copy; those beyond `self.count` are zero.
  ///   - length: elements of each; those beyond `self.length` are zero.
  ///   - sum: `self.length` elements, to which every line is added.
  ///   - body: is given the copy and its stride.
  @inline(__always)
  func withPacked(
    count: Int, length: Int, addingTo sum: UnsafeMutablePointer<S>? = nil, _ body: (UnsafePointer<S>, Int) -> Void
  ) {
    let copyStride = spreadStride(length, S.self)
    Arena.shared.withScratch(S.self, count: count * copyStride) { copy in
      for line in 0..<self.count {
        map(start + line * stride, count: self.length, into: copy + line * copyStride, .overwrite)
        if let sum { map(start + line * stride, count: self.length, into: sum, .add) }
        (copy + line * copyStride + self.length).update(repeating: 0, count: length - self.length)
      }
      (copy + self.count * copyStride).update(repeating: 0, count: (count - self.count) * copyStride)
      body(copy, copyStride)
    }
  }
}

/// A stride for lines of some length: an odd number of cache lines, so that neighbours fall into different sets.
@inline(__always)
func spreadStride<S: Scalar>(_ length: Int, _: S.Type) -> Int {
  let lineLength = 64 / MemoryLayout<S>.stride
  return ((length + lineLength - 1) / lineLength | 1) * lineLength
}
