/// A vector for each position: what an encoding adds to embeddings.
public struct PositionTable: Sendable {
  /// How many positions there are.
  public let positionCount: Int
  /// The width of a vector.
  public let size: Int
  private let elements: [Double]

  /// A table from its elements.
  ///
  /// - Parameters:
  ///   - elements: `[positions, width]`, row by row.
  ///   - positionCount: how many positions there are.
  ///   - size: the width of a vector.
  /// - Precondition: there are as many elements as that makes.
  public init(_ elements: [Double], positionCount: Int, size: Int) {
    precondition(
      elements.count == positionCount * size,
      "PositionTable: \(elements.count) elements for \(positionCount) × \(size)")
    self.elements = elements
    self.positionCount = positionCount
    self.size = size
  }

  /// The element of a position's vector.
  subscript(position: Int, dimension: Int) -> Double { elements[position * size + dimension] }
}
