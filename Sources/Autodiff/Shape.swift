/// Row-major strides of a shape: elements from one index of an axis to the next.
func rowMajorStrides(_ shape: [Int]) -> [Int] {
  var strides = [Int](repeating: 1, count: shape.count)
  for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
  return strides
}

/// The shape that two shapes broadcast to, aligned at the last axis; an axis of size 1 stretches.
///
/// - Returns: `nil` if they do not fit.
func broadcastShape(_ a: [Int], _ b: [Int]) -> [Int]? {
  let rank = max(a.count, b.count)
  let (a, b) = (padded(a, to: rank), padded(b, to: rank))
  var shape: [Int] = []
  for (m, n) in zip(a, b) {
    guard m == n || m == 1 || n == 1 else { return nil }
    shape.append(m == 1 ? n : m)
  }
  return shape
}

/// Strides that read a tensor of shape `from` as if it had shape `to`: 0 along stretched axes.
func broadcastStrides(from: [Int], to: [Int]) -> [Int] {
  let sizes = padded(from, to: to.count)
  return zip(rowMajorStrides(sizes), zip(sizes, to)).map { stride, size in size.0 == 1 && size.1 != 1 ? 0 : stride }
}

private func padded(_ shape: [Int], to rank: Int) -> [Int] {
  Array(repeating: 1, count: rank - shape.count) + shape
}
