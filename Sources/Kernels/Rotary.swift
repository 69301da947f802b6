import Foundation

/// Which elements of a head make a pair that is rotated together.
public enum RotaryPairing: String, Codable, Sendable, CaseIterable {
  /// Pairs (2i, 2i + 1), as in the paper and in RoFormer's code.
  case interleaved
  /// Pairs (i, i + rotatedDimensions / 2), as in GPT-NeoX and Llama.
  case halves
}

/// Cosines and sines of the angles m·θᵢ of rotary position embeddings.
///
/// Source: Su, Lu, Pan, Murtadha, Wen and Liu 2021, arXiv:2104.09864v5, eq. 15.
/// θᵢ = theta^(−2i / rotatedDimensions) for pair i; angles are computed in `Double`.
public struct RotaryTable<S: Scalar>: Sendable {
  /// How many positions there are.
  public let positionCount: Int
  /// How many of a head's first dimensions are rotated.
  public let rotatedDimensions: Int
  private let storage: Storage

  /// The number of pairs, half of the rotated dimensions.
  public var pairCount: Int { rotatedDimensions / 2 }

  /// A table of angles.
  ///
  /// - Parameters:
  ///   - positionCount: rows of the table.
  ///   - rotatedDimensions: an even number, at most `headDim`.
  ///   - theta: the base of the frequencies, 10 000 in the paper.
  ///   - offset: the position m of row 0.
  public init(positionCount: Int, rotatedDimensions: Int, theta: Double, offset: Int = 0) {
    precondition(
      positionCount >= 0 && rotatedDimensions >= 0 && rotatedDimensions % 2 == 0 && theta > 0,
      "RotaryTable: \(positionCount) positions, \(rotatedDimensions) rotated dimensions, theta \(theta)")
    self.positionCount = positionCount
    self.rotatedDimensions = rotatedDimensions
    let pairs = rotatedDimensions / 2
    storage = Storage(count: positionCount * pairs)
    for pair in 0..<pairs {
      let frequency = Foundation.pow(theta, -2 * Double(pair) / Double(rotatedDimensions))
      for position in 0..<positionCount {
        let angle = Double(position + offset) * frequency
        let i = position * pairs + pair
        let cosine = S(Foundation.cos(angle))
        let sine = S(Foundation.sin(angle))
        storage.cosines[i] = cosine
        storage.sines[i] = sine
        storage.cosinesOfElements[2 * i] = cosine
        storage.cosinesOfElements[2 * i + 1] = cosine
        storage.sinesOfElements[2 * i] = -sine
        storage.sinesOfElements[2 * i + 1] = sine
      }
    }
  }

  /// `[positionCount, pairCount]`; lives as long as the table.
  public var cosines: UnsafePointer<S> { UnsafePointer(storage.cosines) }
  /// `[positionCount, pairCount]`; lives as long as the table.
  public var sines: UnsafePointer<S> { UnsafePointer(storage.sines) }

  /// The table's memory for the inside of loops, where counting references would cost more than rotating; lives as long
  /// as the table.
  func angles(_ pairing: RotaryPairing) -> RotaryAngles<S> {
    RotaryAngles(
      rotatedDimensions: rotatedDimensions, pairing: pairing, cosines: cosines, sines: sines,
      cosinesOfElements: UnsafePointer(storage.cosinesOfElements),
      sinesOfElements: UnsafePointer(storage.sinesOfElements))
  }

  /// Written by the table's initializer and only read after it.
  private final class Storage: @unchecked Sendable {
    let cosines: UnsafeMutablePointer<S>
    let sines: UnsafeMutablePointer<S>
    let cosinesOfElements: UnsafeMutablePointer<S>
    let sinesOfElements: UnsafeMutablePointer<S>

    init(count: Int) {
      cosines = .allocate(capacity: 6 * count)
      sines = cosines + count
      cosinesOfElements = sines + count
      sinesOfElements = cosinesOfElements + 2 * count
    }

    deinit { cosines.deallocate() }
  }
}

/// Rotates the pairs of each head by the angles of its position; the gradient is the inverse rotation.
///
/// (y₁, y₂) (+)= (x₁ cos − x₂ sin, x₁ sin + x₂ cos), with −sin for sin in the inverse. Dimensions from
/// `table.rotatedDimensions` on are copied.
///
/// x and y are `[batch, time, heads, headDim]`, and may be the same if y is overwritten; row t of the table holds the
/// angles of time t.
@specialized(where S == Float)
@specialized(where S == Double)
public func rotate<S: Scalar>(
  _ x: UnsafePointer<S>, batch: Int, time: Int, heads: Int, headDim: Int, table: RotaryTable<S>,
  pairing: RotaryPairing, inverse: Bool, into y: UnsafeMutablePointer<S>, _ accumulation: Accumulation
) {
  precondition(
    time <= table.positionCount && table.rotatedDimensions <= headDim,
    "rotate: time \(time), headDim \(headDim); the table has \(table.positionCount) positions, "
      + "\(table.rotatedDimensions) dimensions")
  let columns = heads * headDim
  let angles = table.angles(pairing)
  withExtendedLifetime(table) {
    forEachChunk(ofRows: batch * time, columns: columns) { range in
      for row in range {
        for head in 0..<heads {
          let i = row * columns + head * headDim
          rotateRow(x + i, angles, position: row % time, headDim: headDim, inverse: inverse, into: y + i, accumulation)
        }
      }
    }
  }
}

/// The angles of a table, by pair and by element, with the pairing they are used in.
struct RotaryAngles<S: Scalar> {
  let rotatedDimensions: Int
  let pairing: RotaryPairing
  /// `[positionCount, rotatedDimensions / 2]`.
  let cosines: UnsafePointer<S>
  /// `[positionCount, rotatedDimensions / 2]`.
  let sines: UnsafePointer<S>
  /// `[positionCount, rotatedDimensions]`: each cosine twice.
  let cosinesOfElements: UnsafePointer<S>
  /// `[positionCount, rotatedDimensions]`: each sine twice, negative first.
  let sinesOfElements: UnsafePointer<S>
}

/// Rotates one head's row, `[headDim]`, by the angles of a position; see `rotate`.
///
/// For the inside of kernels that are specialized themselves.
@inline(__always)
func rotateRow<S: Scalar>(
  _ x: UnsafePointer<S>, _ angles: RotaryAngles<S>, position: Int, headDim: Int, inverse: Bool,
  into y: UnsafeMutablePointer<S>, _ accumulation: Accumulation = .overwrite
) {
  let rotated = angles.rotatedDimensions
  let direction = S.Vector(repeating: inverse ? -1 : 1)
  switch angles.pairing {
  case .interleaved:
    let cosines = angles.cosinesOfElements + position * rotated
    let sines = angles.sinesOfElements + position * rotated
    @inline(__always)
    func turn(_ i: Int, _ left: Int) {
      let pairs = load(atMost: left, of: x + i)
      let turned = S.exchangingNeighbours(pairs) * (direction * load(atMost: left, of: sines + i))
      put(turned.addingProduct(pairs, load(atMost: left, of: cosines + i)), first: left, at: y + i, accumulation)
    }
    forEachVector(rotated, S.self, turn)
  case .halves:
    let half = rotated / 2
    let cosines = angles.cosines + position * half
    let sines = angles.sines + position * half
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
