import Kernels

/// Numbers that change in place: a weight of a model, or what an optimizer keeps of it.
///
/// A weight owns its elements, and they are written through it alone; tensors are values and never change. `tensor` is
/// the exception, made for speed: it shares the elements, and so sees what is written later. Write between the steps of a
/// training: what a tape still has to differentiate would be differentiated at the new numbers.
public final class Weight<S: Scalar> {
  /// The size of each axis, outermost first.
  public let shape: [Int]
  let storage: Storage<S>

  /// A weight with the given elements, row-major.
  ///
  /// - Precondition: `shape` has as many elements as there are.
  public init(_ elements: [S], shape: [Int]) {
    precondition(
      shape.reduce(1, *) == elements.count, "Weight: shape \(shape) does not hold \(elements.count) elements")
    self.shape = shape
    storage = Storage(elements)
  }

  /// A weight of equal elements.
  public init(repeating value: S, shape: [Int]) {
    self.shape = shape
    storage = Storage(repeating: value, count: shape.reduce(1, *))
  }

  /// How many elements there are.
  public var count: Int { storage.count }

  /// The elements as a constant that shares them.
  public var tensor: Tensor<S> { Tensor(shape: shape, storage: storage) }

  /// Lends the elements, row-major, to be read and written.
  public func update<Result>(_ body: (UnsafeMutableBufferPointer<S>) throws -> Result) rethrows -> Result {
    try body(UnsafeMutableBufferPointer(start: storage.pointer, count: storage.count))
  }

  /// Writes the elements of a tensor.
  ///
  /// - Precondition: it has the weight's shape.
  public func set(to tensor: Tensor<S>) {
    precondition(tensor.shape == shape, "Weight: shape \(shape) is set to one of \(tensor.shape)")
    storage.pointer.update(from: tensor.values, count: count)
  }
}
