import Kernels

extension Naive {
  /// Every index of a shape, in row-major order.
  public static func indices(of shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { partial, extent in
      partial.flatMap { index in (0..<extent).map { index + [$0] } }
    }
  }

  /// Row-major strides of a shape.
  public static func strides(of shape: [Int]) -> [Int] {
    shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
  }

  /// The sum of index times stride.
  public static func offset(_ index: [Int], _ strides: [Int]) -> Int {
    zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// `a op b` over a shape.
  public static func broadcast(
    _ operation: BinaryOperation, _ a: [Double], aStrides: [Int], _ b: [Double], bStrides: [Int], shape: [Int]
  ) -> [Double] {
    indices(of: shape).map { apply(operation, a[offset($0, aStrides)], b[offset($0, bStrides)]) }
  }

  /// Sums over axes of stride 0, into `count` elements.
  public static func sumReducing(_ x: [Double], shape: [Int], keeping strides: [Int], count: Int) -> [Double] {
    var y = [Double](repeating: 0, count: count)
    for (i, index) in indices(of: shape).enumerated() { y[offset(index, strides)] += x[i] }
    return y
  }

  /// scale · x, stretched.
  public static func spread(_ x: [Double], strides: [Int], shape: [Int], scale: Double) -> [Double] {
    indices(of: shape).map { scale * x[offset($0, strides)] }
  }

  /// x with its axes in another order.
  public static func permute(_ x: [Double], shape: [Int], permutation: [Int]) -> [Double] {
    let strides = permutation.map { self.strides(of: shape)[$0] }
    return indices(of: permutation.map { shape[$0] }).map { x[offset($0, strides)] }
  }

  /// A block of x.
  public static func copyBlock(_ x: [Double], shape: [Int], starts: [Int], sizes: [Int]) -> [Double] {
    let strides = self.strides(of: shape)
    return indices(of: sizes).map { x[offset($0, strides) + offset(starts, strides)] }
  }

  /// The gradient of `copyBlock`, with zeros outside the block.
  public static func addBlock(_ dy: [Double], shape: [Int], starts: [Int], sizes: [Int]) -> [Double] {
    let strides = self.strides(of: shape)
    var dx = [Double](repeating: 0, count: shape.reduce(1, *))
    for (i, index) in indices(of: sizes).enumerated() {
      dx[offset(index, strides) + offset(starts, strides)] += dy[i]
    }
    return dx
  }
}
