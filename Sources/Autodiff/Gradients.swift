import Kernels

/// The gradients of a tape's variables.
public struct Gradients<S: Scalar> {
  /// The number of the tape they are of.
  private var tape: UInt64?
  private var byIndex: [Int: Storage<S>] = [:]

  /// No gradients yet.
  public init() {}

  /// The gradient of a variable, of its shape; `nil` if the output does not depend on it.
  public subscript(variable: Tensor<S>) -> Tensor<S>? {
    guard let node = variable.node, node.tape.number == tape else { return nil }
    return byIndex[node.index].map { Tensor(shape: variable.shape, storage: $0) }
  }

  mutating func add(_ gradient: Storage<S>, to index: Int, of tape: Tape<S>) {
    precondition(self.tape == nil || self.tape == tape.number, "gradients: they are of another tape")
    self.tape = tape.number
    if var sum = byIndex.removeValue(forKey: index) {
      Storage.makeUnique(&sum)
      scale(UnsafePointer(gradient.pointer), by: 1, count: gradient.count, into: sum.pointer, .add)
      byIndex[index] = sum
    } else {
      byIndex[index] = gradient
    }
  }
}
