import Foundation

/// Which elements of a head make a pair that is rotated together.
public enum RotaryPairing: String, Codable, Sendable, CaseIterable {
  /// Pairs (2i, 2i + 1), as in the paper and in RoFormer's code.
  case interleaved
  /// Pairs (i, i + rotatedDimensions / 2), as in GPT-NeoX and Llama.
  case halves
}

/// Rotary positions ready for use: the angles m·θᵢ by position, which dimensions of a head form a pair, and which way they
/// turn.
///
/// Source: Su, Lu, Pan, Murtadha, Wen and Liu 2021, arXiv:2104.09864v5, eq. 15.
/// θᵢ = theta^(−2i / rotatedDimensions) for pair i; angles are computed in `Double`.
///
/// `@unchecked`, since the compiler does not see that what the pointers point to is written by `init` and only read after.
public struct Rotation<S: Scalar>: @unchecked Sendable {
  /// Which way pairs turn.
  public enum Direction: Sendable {
    /// By the angles of their position.
    case forward
    /// Back by the same angles: the inverse, the transpose, and so the gradient of a rotation forward.
    case backward
  }

  /// How many positions there are.
  public var positionCount: Int { table.positionCount }
  /// How many of a head's first dimensions are rotated; those beyond stay as they are.
  public var rotatedDimensions: Int { table.rotatedDimensions }
  /// Which two dimensions are rotated together.
  public var pairing: RotaryPairing { table.pairing }
  /// Which way they turn.
  public var direction: Direction { table.direction }

  /// The angles, for loops; live as long as the rotation.
  package private(set) var table: RotationTable<S>
  /// Keeps what the table points to.
  private let memory: Memory

  /// The rotations of positions `offset ..< offset + positionCount`.
  ///
  /// - Parameters:
  ///   - positionCount: how many positions.
  ///   - rotatedDimensions: an even number, at most the head's dimensions.
  ///   - theta: the base of the frequencies; 10000 in the paper.
  ///   - pairing: the layout of the pairs.
  ///   - offset: the position m of row 0.
  public init(
    positionCount: Int, rotatedDimensions: Int, theta: Double = 10000, pairing: RotaryPairing = .interleaved,
    offset: Int = 0
  ) {
    precondition(
      positionCount >= 0 && rotatedDimensions >= 0 && rotatedDimensions % 2 == 0 && theta > 0,
      "Rotation: \(positionCount) positions, \(rotatedDimensions) rotated dimensions, theta \(theta)")
    let pairs = rotatedDimensions / 2
    let count = positionCount * pairs
    let memory = Memory(count: 6 * count)
    self.memory = memory
    let cosines = memory.start
    let sines = cosines + count
    let cosinesOfElements = sines + count
    let sinesOfElements = cosinesOfElements + 2 * count
    for pair in 0..<pairs {
      let frequency = Foundation.pow(theta, -2 * Double(pair) / Double(rotatedDimensions))
      for position in 0..<positionCount {
        let angle = Double(position + offset) * frequency
        let i = position * pairs + pair
        let (cosine, sine) = (S(Foundation.cos(angle)), S(Foundation.sin(angle)))
        (cosines[i], sines[i]) = (cosine, sine)
        (cosinesOfElements[2 * i], cosinesOfElements[2 * i + 1]) = (cosine, cosine)
        (sinesOfElements[2 * i], sinesOfElements[2 * i + 1]) = (-sine, sine)
      }
    }
    table = RotationTable(
      positionCount: positionCount, rotatedDimensions: rotatedDimensions, pairing: pairing, direction: .forward,
      cosines: UnsafePointer(cosines), sines: UnsafePointer(sines),
      cosinesOfElements: UnsafePointer(cosinesOfElements), sinesOfElements: UnsafePointer(sinesOfElements))
  }

  /// The same rotation the other way.
  public var inverse: Rotation {
    var inverse = self
    inverse.table.direction = direction == .forward ? .backward : .forward
    return inverse
  }

  /// Whether there are angles for every position of some rows, and no more dimensions than a head has.
  public func covers(positions: Int, headDim: Int) -> Bool {
    positionCount >= positions && rotatedDimensions <= headDim
  }

  /// Memory that is freed with its last reference.
  private final class Memory {
    let start: UnsafeMutablePointer<S>

    init(count: Int) { start = .allocate(capacity: count) }

    deinit { start.deallocate() }
  }
}

/// The angles of a rotation where they lie, as loops read them.
///
/// It holds no reference, so that threads which copy it count none. Whoever uses it keeps the rotation
/// (`withExtendedLifetime`).
package struct RotationTable<S: Scalar> {
  let positionCount: Int
  let rotatedDimensions: Int
  let pairing: RotaryPairing
  var direction: Rotation<S>.Direction
  /// `[positionCount, rotatedDimensions / 2]`.
  package let cosines: UnsafePointer<S>
  /// `[positionCount, rotatedDimensions / 2]`.
  package let sines: UnsafePointer<S>
  /// `[positionCount, rotatedDimensions]`: each cosine twice.
  let cosinesOfElements: UnsafePointer<S>
  /// `[positionCount, rotatedDimensions]`: each sine twice, negative first.
  let sinesOfElements: UnsafePointer<S>
}
