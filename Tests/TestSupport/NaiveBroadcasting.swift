import Kernels

extension Naive {
  /// Where each element of a shape lies by strides, in row-major order.
  public static func offsets(_ shape: [Int], _ strides: [Int], from origin: Int = 0) -> [Int] {
    zip(shape, strides).reduce([origin]) { partial, axis in
      partial.flatMap { offset in (0..<axis.0).map { offset + $0 * axis.1 } }
    }
  }

  /// Row-major strides of a shape.
  public static func strides(of shape: [Int]) -> [Int] {
    shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
  }

  /// `a op b` over a shape.
  public static func broadcast(
    _ operation: BinaryOperation, _ a: [Double], aStrides: [Int], _ b: [Double], bStrides: [Int], shape: [Int]
  ) -> [Double] {
    zip(offsets(shape, aStrides), offsets(shape, bStrides)).map { apply(operation, a[$0], b[$1]) }
  }

  /// Sums over axes of stride 0, into `count` elements.
  public static func sumReducing(_ x: [Double], shape: [Int], keeping strides: [Int], count: Int) -> [Double] {
    var y = [Double](repeating: 0, count: count)
    for (i, offset) in offsets(shape, strides).enumerated() { y[offset] += x[i] }
    return y
  }

  /// scale · x, stretched.
  public static func spread(_ x: [Double], strides: [Int], shape: [Int], scale: Double) -> [Double] {
    offsets(shape, strides).map { scale * x[$0] }
  }

  /// x with its axes in another order.
  public static func permute(_ x: [Double], shape: [Int], permutation: [Int]) -> [Double] {
    let strides = permutation.map { self.strides(of: shape)[$0] }
    return offsets(permutation.map { shape[$0] }, strides).map { x[$0] }
  }

  /// A block of x.
  public static func copyBlock(_ x: [Double], shape: [Int], starts: [Int], sizes: [Int]) -> [Double] {
    blockOffsets(shape, starts, sizes).map { x[$0] }
  }

  /// The gradient of `copyBlock`, with zeros outside the block.
  public static func addBlock(_ dy: [Double], shape: [Int], starts: [Int], sizes: [Int]) -> [Double] {
    var dx = [Double](repeating: 0, count: shape.reduce(1, *))
    for (i, offset) in blockOffsets(shape, starts, sizes).enumerated() { dx[offset] += dy[i] }
    return dx
  }

  private static func blockOffsets(_ shape: [Int], _ starts: [Int], _ sizes: [Int]) -> [Int] {
    let strides = strides(of: shape)
    return offsets(sizes, strides, from: zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 })
  }
}
