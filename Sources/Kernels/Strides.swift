// Shapes and strides of arrays that are walked in row-major order of an output.

/// Row-major strides of a shape.
func rowMajorStrides(_ shape: [Int]) -> [Int] {
  var strides = shape
  var stride = 1
  for axis in shape.indices.reversed() {
    strides[axis] = stride
    stride *= shape[axis]
  }
  return strides
}

/// A loop nest over a shape that reads two operands by strides, with as few axes as say the same.
///
/// Axes of one element are dropped, and neighbours are merged where both operands step through them as through one.
struct StridedLoop {
  /// Extents from the outermost axis to the innermost; at least one axis.
  private(set) var shape: [Int] = []
  private(set) var aStrides: [Int] = []
  private(set) var bStrides: [Int] = []

  /// The number of elements.
  var count: Int { shape.reduce(1, *) }
  /// The extent of the innermost axis.
  var inner: Int { shape[shape.count - 1] }
  var aInner: Int { aStrides[shape.count - 1] }
  var bInner: Int { bStrides[shape.count - 1] }

  init(shape extents: [Int], aStrides a: [Int], bStrides b: [Int]) {
    assert(extents.count == a.count && a.count == b.count, "strides: \(a) and \(b) for the shape \(extents)")
    for axis in extents.indices where extents[axis] != 1 {
      let last = shape.count - 1
      if last >= 0, aStrides[last] == a[axis] * extents[axis], bStrides[last] == b[axis] * extents[axis] {
        shape[last] *= extents[axis]
        aStrides[last] = a[axis]
        bStrides[last] = b[axis]
      } else {
        shape.append(extents[axis])
        aStrides.append(a[axis])
        bStrides.append(b[axis])
      }
    }
    if shape.isEmpty {
      shape = [1]
      aStrides = [1]
      bStrides = [1]
    }
  }

  /// Calls `body` with (position in the output, offset into a, offset into b, length) of each stretch along the
  /// innermost axis that lies in `range` of the row-major output.
  @inline(__always)
  func forEachRun(in range: Range<Int>, _ body: (Int, Int, Int, Int) -> Void) {
    guard !range.isEmpty else { return }
    let axes = shape.count
    var index = [Int](repeating: 0, count: axes)
    var rest = range.lowerBound
    var a = 0
    var b = 0
    for axis in (0..<axes).reversed() {
      index[axis] = rest % shape[axis]
      rest /= shape[axis]
      a += index[axis] * aStrides[axis]
      b += index[axis] * bStrides[axis]
    }
    var position = range.lowerBound
    while true {
      let length = min(inner - index[axes - 1], range.upperBound - position)
      body(position, a, b, length)
      position += length
      if position >= range.upperBound { return }
      // The stretch ended with its axis: go back to its beginning and on to the next index of the axes outside.
      a -= index[axes - 1] * aInner
      b -= index[axes - 1] * bInner
      index[axes - 1] = 0
      var axis = axes - 2
      while axis >= 0 {
        index[axis] += 1
        a += aStrides[axis]
        b += bStrides[axis]
        if index[axis] < shape[axis] { break }
        a -= shape[axis] * aStrides[axis]
        b -= shape[axis] * bStrides[axis]
        index[axis] = 0
        axis -= 1
      }
    }
  }
}
