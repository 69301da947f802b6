import Kernels

/// A dense, row-major array of numbers that remembers, if it was computed from variables of a tape, how.
///
/// A tensor is a value: operations return new ones. One that comes from no variable is a constant, and nothing is
/// recorded for it.
public struct Tensor<S: Scalar> {
  /// The size of each axis, outermost first; empty for a single number.
  public let shape: [Int]
  /// The elements, row-major.
  let storage: Storage<S>
  /// Where the tape knows the tensor; `nil` for a constant.
  let node: Tape<S>.Reference?

  init(shape: [Int], storage: Storage<S>, node: Tape<S>.Reference?) {
    precondition(
      shape.reduce(1, *) == storage.count, "Tensor: shape \(shape) does not hold \(storage.count) elements")
    self.shape = shape
    self.storage = storage
    self.node = node
  }

  /// A constant with the given elements, row-major.
  ///
  /// - Precondition: `shape` has as many elements as there are.
  public init(_ elements: [S], shape: [Int]) {
    self.init(shape: shape, storage: Storage(elements), node: nil)
  }

  /// A constant vector.
  public init(_ elements: [S]) {
    self.init(elements, shape: [elements.count])
  }

  /// A constant of equal elements; a single number if no shape is given.
  public init(repeating value: S, shape: [Int] = []) {
    self.init(shape: shape, storage: Storage(repeating: value, count: shape.reduce(1, *)), node: nil)
  }

  /// A constant over storage that exists already.
  init(shape: [Int], storage: Storage<S>) {
    self.init(shape: shape, storage: storage, node: nil)
  }

  /// How many elements there are.
  public var count: Int { storage.count }

  /// How many axes there are.
  public var rank: Int { shape.count }

  /// The elements as an array, row-major.
  public var elements: [S] { storage.elements }

  /// The single element of a tensor that has just one.
  public var scalar: S {
    precondition(count == 1, "scalar: the tensor has shape \(shape)")
    return storage.pointer[0]
  }

  /// The same elements as a constant: gradients stop here.
  public var detached: Tensor { Tensor(shape: shape, storage: storage, node: nil) }

  /// Element 0, to be read by kernels; holds nothing alive.
  package var values: UnsafePointer<S> { UnsafePointer(storage.pointer) }

  /// The axis counted from the front; negative ones count from the back, −1 being the last.
  func axis(_ axis: Int, _ operation: String) -> Int {
    let positive = axis < 0 ? axis + rank : axis
    precondition(shape.indices.contains(positive), "\(operation): no axis \(axis) in shape \(shape)")
    return positive
  }
}
