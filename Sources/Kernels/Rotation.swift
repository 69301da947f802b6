/// Rotary positions ready for use: the angles, and which dimensions of a head form a pair.
public struct Rotation<S: Scalar>: Sendable {
  /// Cosines and sines by position.
  public let table: RotaryTable<S>
  /// Which two dimensions are rotated together.
  public let pairing: RotaryPairing

  /// The rotations of positions `offset ..< offset + positionCount`.
  ///
  /// - Parameters:
  ///   - positionCount: how many positions.
  ///   - rotatedDimensions: an even number, at most the head's dimensions; those beyond stay as they are.
  ///   - theta: the base of the frequencies; 10000 in the paper.
  ///   - pairing: the layout of the pairs.
  ///   - offset: the position of row 0.
  public init(
    positionCount: Int, rotatedDimensions: Int, theta: Double = 10000, pairing: RotaryPairing = .interleaved,
    offset: Int = 0
  ) {
    table = RotaryTable(
      positionCount: positionCount, rotatedDimensions: rotatedDimensions, theta: theta, offset: offset)
    self.pairing = pairing
  }

  /// The angles for the inside of loops.
  var angles: RotaryAngles<S> { table.angles(pairing) }

  /// Whether the table has a row for every position and no more dimensions than a head.
  public func covers(_ shape: AttentionShape) -> Bool {
    table.positionCount >= shape.time && table.rotatedDimensions <= shape.headDim
  }
}

/// Rotates `[batch, time, heads, headDim]` as `rotate(_:batch:time:heads:headDim:table:pairing:inverse:into:_:)` does.
public func rotate<S: Scalar>(
  _ x: UnsafePointer<S>, shape: AttentionShape, _ rotation: Rotation<S>, inverse: Bool,
  into y: UnsafeMutablePointer<S>, _ accumulation: Accumulation
) {
  rotate(
    x, batch: shape.batch, time: shape.time, heads: shape.heads, headDim: shape.headDim, table: rotation.table,
    pairing: rotation.pairing, inverse: inverse, into: y, accumulation)
}
