/// Rotates the pairs of each head by the angles of its position; the gradient is the rotation the other way.
///
/// (y₁, y₂) (+)= (x₁ cos − x₂ sin, x₁ sin + x₂ cos), with −sin for sin backward. Dimensions from
/// `rotation.rotatedDimensions` on are copied.
///
/// x and y are `[batch, time, heads, headDim]`, and may be the same if y is overwritten; time t is position t of the
/// rotation.
@specialized(where S == Float)
@specialized(where S == Double)
public func rotate<S: Scalar>(
  _ x: UnsafePointer<S>, batch: Int, time: Int, heads: Int, headDim: Int, by rotation: Rotation<S>,
  into y: UnsafeMutablePointer<S>, _ accumulation: Accumulation
) {
  precondition(
    rotation.covers(positions: time, headDim: headDim),
    "rotate: time \(time), headDim \(headDim); the rotation has \(rotation.positionCount) positions, "
      + "\(rotation.rotatedDimensions) dimensions")
  let columns = heads * headDim
  withExtendedLifetime(rotation) {
    let table = rotation.table
    forEachChunk(ofRows: batch * time, columns: columns) { range in
      for row in range {
        for head in 0..<heads {
          let i = row * columns + head * headDim
          rotateRow(x + i, by: table, position: row % time, headDim: headDim, into: y + i, accumulation)
        }
      }
    }
  }
}

/// Rotates one head's row, `[headDim]`, by the angles of a position; see `rotate`.
///
/// For the inside of kernels that are specialized themselves.
@inline(__always)
func rotateRow<S: Scalar>(
  _ x: UnsafePointer<S>, by rotation: RotationTable<S>, position: Int, headDim: Int, into y: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation = .overwrite
) {
  let rotated = rotation.rotatedDimensions
  let direction = S.Vector(repeating: rotation.direction == .forward ? 1 : -1)
  switch rotation.pairing {
  case .interleaved:
    let cosines = rotation.cosinesOfElements + position * rotated
    let sines = rotation.sinesOfElements + position * rotated
    @inline(__always)
    func turn(_ i: Int, _ left: Int) {
      let pairs = load(atMost: left, of: x + i)
      let turned = S.exchangingNeighbours(pairs) * (direction * load(atMost: left, of: sines + i))
      put(turned.addingProduct(pairs, load(atMost: left, of: cosines + i)), first: left, at: y + i, accumulation)
    }
    forEachVector(rotated, S.self, turn)
  case .halves:
    let half = rotated / 2
    let cosines = rotation.cosines + position * half
    let sines = rotation.sines + position * half
    @inline(__always)
    func turn(_ i: Int, _ left: Int) {
      let cosine = load(atMost: left, of: cosines + i)
      let sine = direction * load(atMost: left, of: sines + i)
      let first = load(atMost: left, of: x + i)
      let second = load(atMost: left, of: x + half + i)
      put((first * cosine) - (second * sine), first: left, at: y + i, accumulation)
      put((first * sine).addingProduct(second, cosine), first: left, at: y + half + i, accumulation)
    }
    forEachVector(half, S.self, turn)
  }
  if rotated < headDim {
    map(x + rotated, count: headDim - rotated, into: y + rotated, accumulation)
  }
}
