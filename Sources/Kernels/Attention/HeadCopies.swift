// Heads on their way from the operands into strips and blocks, and back into the gradients.

/// Copies rows of a head, rotated at their positions and scaled; what the copy has beyond them becomes zero.
@inline(__always)
func copyHead<S: Scalar, L: LeftLayout>(
  _ rows: HeadRows<S>, _ angles: RotaryAngles<S>?, factor: S, _ layout: L, into target: UnsafeMutablePointer<S>,
  rowCount: Int
) {
  let count = rows.range.count
  let scale = S.Vector(repeating: factor)
  @inline(__always)
  func scaled(_ x: S.Vector) -> S.Vector { scale * x }
  for i in 0..<count {
    let from = rows.start + (rows.range.lowerBound + i) * rows.stride
    let to = target + i * layout.rowStride
    if let angles {
      rotateRow(from, angles, position: rows.range.lowerBound + i, headDim: rows.dims, inverse: false, into: to)
      if factor != 1 { map(to, count: rows.dims, into: to, .overwrite, scaled) }
    } else {
      map(from, count: rows.dims, into: to, .overwrite, scaled)
    }
  }
  for i in count..<rowCount {
    (target + i * layout.rowStride).update(repeating: 0, count: rows.dims)
  }
}

/// Adds rows `[T, width]` to a head's gradient, or overwrites it, rotated back and scaled.
@inline(__always)
func addHead<S: Scalar>(
  _ source: UnsafeMutablePointer<S>, width: Int, factor: S, _ angles: RotaryAngles<S>?,
  to target: UnsafeMutablePointer<S>, stride: Int, time: Int, dims: Int, _ accumulation: Accumulation
) {
  let scale = S.Vector(repeating: factor)
  @inline(__always)
  func scaled(_ x: S.Vector) -> S.Vector { scale * x }
  for i in 0..<time {
    let from = source + i * width
    if let angles { rotateRow(from, angles, position: i, headDim: dims, inverse: true, into: from) }
    map(from, count: dims, into: target + i * stride, accumulation, scaled)
  }
}
