// Heads on their way from the operands into strips and blocks, and back into the gradients.

/// Copies rows of a head, rotated at their positions and scaled; what the copy has beyond them becomes zero.
@inline(__always)
func copyHead<S: Scalar>(
  _ rows: HeadRows<S>, _ rotation: RotationTable<S>?, factor: S, into target: UnsafeMutablePointer<S>,
  rowStride: Int, rowCount: Int
) {
  let count = rows.range.count
  let firstPosition = rows.firstPosition + rows.range.lowerBound
  let scale = S.Vector(repeating: factor)
  @inline(__always)
  func scaled(_ x: S.Vector) -> S.Vector { scale * x }
  for i in 0..<count {
    let from = rows.start + (rows.range.lowerBound + i) * rows.stride
    let to = target + i * rowStride
    if let rotation {
      rotateRow(from, by: rotation, position: firstPosition + i, headDim: rows.dims, into: to)
      if factor != 1 { map(to, count: rows.dims, into: to, .overwrite, scaled) }
    } else {
      map(from, count: rows.dims, into: to, .overwrite, scaled)
    }
  }
  for i in count..<rowCount {
    (target + i * rowStride).update(repeating: 0, count: rows.dims)
  }
}

/// A head's rows in a gradient.
struct GradientRows<S: Scalar> {
  let destination: Destination<S>
  /// Elements from the destination to the head's first row.
  let offset: Int
  /// Elements from one row to the next.
  let stride: Int
  let count: Int
  /// The position of row 0.
  let firstPosition: Int
  let dims: Int

  /// Adds rows `[count, width]`, or overwrites with them, rotated and scaled; the source is of no use afterwards.
  @inline(__always)
  func take(_ source: UnsafeMutablePointer<S>, width: Int, factor: S, _ rotation: RotationTable<S>?) {
    let scale = S.Vector(repeating: factor)
    @inline(__always)
    func scaled(_ x: S.Vector) -> S.Vector { scale * x }
    for i in 0..<count {
      let from = source + i * width
      if let rotation { rotateRow(from, by: rotation, position: firstPosition + i, headDim: dims, into: from) }
      map(from, count: dims, into: destination.pointer + (offset + i * stride), destination.accumulation, scaled)
    }
  }
}
