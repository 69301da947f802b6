import Kernels
import Synchronization

/// The record of what was computed from which variables, to be walked backwards (reverse-mode differentiation).
///
/// The tape is a flat array in the order of computation; reversed, it is the order of differentiation. Closures on it
/// hold buffers, never tensors or the tape itself, so a step's graph is freed with its tape.
///
/// The engine alone decides whether a gradient is written or added to: a pullback asks for a destination and is told.
public final class Tape<S: Scalar> {
  /// Which entry of which tape a tensor is.
  struct Reference {
    let tape: Tape
    let index: Int
  }

  /// Adds an operation's share to the gradients of its inputs.
  typealias Pullback = (Backward<S>) -> Void

  private struct Entry {
    let count: Int
    let inputs: [Int?]
    /// `nil` for a variable.
    let pullback: Pullback?
    let operation: String
    /// Of a variable, if it was given one.
    var group: String?
  }

  /// What tells this tape from every other one of the process: an address would come again once a tape is freed.
  let number = TapeNumbers.next()

  private var entries: [Entry] = []
  private let observer: ((TapeEvent) -> Void)?

  /// An empty tape.
  ///
  /// - Parameter observer: called after each operation, when its values are computed and when its gradients are; it
  ///   must not hold the tape.
  public init(observer: ((TapeEvent) -> Void)? = nil) {
    self.observer = observer
  }

  /// A variable: a tensor whose gradient is wanted, sharing the elements of `tensor`.
  public func variable(_ tensor: Tensor<S>) -> Tensor<S> { variable(tensor, group: nil) }

  /// A variable that belongs to a group, such as a part of a model, which the observer is told with its operations.
  public func variable(_ tensor: Tensor<S>, group: String?) -> Tensor<S> {
    entries.append(Entry(count: tensor.count, inputs: [], pullback: nil, operation: "variable", group: group))
    return Tensor(
      shape: tensor.shape, storage: tensor.storage, node: Reference(tape: self, index: entries.count - 1))
  }

  /// The gradients of a single number with respect to every variable it depends on.
  ///
  /// - Precondition: `loss` has one element and was computed from variables of this tape.
  public func gradients(of loss: Tensor<S>) -> Gradients<S> {
    var gradients = Gradients<S>()
    accumulate(gradientsOf: loss, into: &gradients)
    return gradients
  }

  /// The product of a cotangent with the Jacobian: the gradients of Σ cotangent ∘ output.
  ///
  /// - Precondition: `cotangent` has the shape of `output`.
  public func gradients(of output: Tensor<S>, cotangent: Tensor<S>) -> Gradients<S> {
    var gradients = Gradients<S>()
    accumulate(gradientsOf: output, cotangent: cotangent, into: &gradients)
    return gradients
  }

  /// Adds the gradients of `output` to those of an earlier pass over this tape.
  ///
  /// - Parameters:
  ///   - output: computed from variables of this tape; a single number if there is no cotangent.
  ///   - cotangent: of the shape of `output`; one if `nil`.
  ///   - gradients: of this tape's variables.
  public func accumulate(
    gradientsOf output: Tensor<S>, cotangent: Tensor<S>? = nil, into gradients: inout Gradients<S>
  ) {
    guard let node = output.node, node.tape === self else {
      preconditionFailure("gradients: the tensor of shape \(output.shape) was not computed on this tape")
    }
    let seed = cotangent ?? Tensor(repeating: 1, shape: output.shape)
    precondition(
      seed.shape == output.shape && (cotangent != nil || output.count == 1),
      "gradients: the cotangent has shape \(seed.shape), the output \(output.shape)")
    let pass = BackwardPass<S>(entryCount: entries.count)
    pass.seed(node.index, with: Storage(seed.elements))
    for index in entries.indices.prefix(through: node.index).reversed() {
      let entry = entries[index]
      guard let pullback = entry.pullback else {
        if let gradient = pass.take(index) { gradients.add(gradient, to: index, of: self) }
        continue
      }
      guard let cotangent = pass.take(index) else { continue }
      precondition(
        cotangent.count == entry.count,
        "\(entry.operation): a cotangent of \(cotangent.count) elements for \(entry.count)")
      pullback(Backward(cotangent: cotangent, inputs: entry.inputs, pass: pass, counts: { self.entries[$0].count }))
      observe(entry, .backward)
    }
  }

  private func observe(_ entry: Entry, _ pass: TapeEvent.Pass) {
    guard let observer else { return }
    let groups = entry.inputs.lazy.compactMap { input in input.flatMap { self.entries[$0].group } }
    observer(TapeEvent(operation: entry.operation, group: groups.last, pass: pass))
  }

  /// Records an operation and returns its result.
  ///
  /// - Parameters:
  ///   - operation: its name, for error messages and observers.
  ///   - inputs: what it was computed from; constants among them get no gradient.
  ///   - output: the result's elements.
  ///   - shape: the result's shape.
  ///   - pullback: captures storage alone, no tensors, and no pointers, which hold nothing; must not be asked for inputs
  ///     that are constants.
  /// - Returns: the result, a constant if all inputs are.
  static func record(
    _ operation: String, _ inputs: [Tensor<S>], _ output: Storage<S>, shape: [Int], pullback: @escaping Pullback
  ) -> Tensor<S> {
    guard let tape = inputs.lazy.compactMap({ $0.node?.tape }).first else {
      return Tensor(shape: shape, storage: output, node: nil)
    }
    for input in inputs {
      precondition(input.node.map { $0.tape === tape } ?? true, "\(operation): the inputs are on different tapes")
    }
    let entry = Entry(
      count: output.count, inputs: inputs.map { $0.node?.index }, pullback: pullback, operation: operation)
    tape.entries.append(entry)
    tape.observe(entry, .forward)
    return Tensor(
      shape: shape, storage: output, node: Reference(tape: tape, index: tape.entries.count - 1))
  }
}

/// Numbers for tapes, no two of them equal.
private enum TapeNumbers {
  private static let last = Atomic<UInt64>(0)

  static func next() -> UInt64 { last.add(1, ordering: .relaxed).newValue }
}

/// The gradients that a walk over a tape has found so far, by entry.
final class BackwardPass<S: Scalar> {
  private var gradients: [Storage<S>?]

  init(entryCount: Int) {
    gradients = Array(repeating: nil, count: entryCount)
  }

  func seed(_ index: Int, with cotangent: Storage<S>) {
    gradients[index] = cotangent
  }

  /// Gives an entry's gradient away; nothing more can be added to it.
  func take(_ index: Int) -> Storage<S>? {
    defer { gradients[index] = nil }
    return gradients[index]
  }

  /// The entry's gradient, made if need be, and whether it holds something already.
  ///
  /// A gradient that is shared is copied first: nobody else's changes.
  func destination(_ index: Int, count: Int) -> (Storage<S>, Accumulation) {
    guard var gradient = gradients[index] else {
      let gradient = Storage<S>(uninitialized: count)
      gradients[index] = gradient
      return (gradient, .overwrite)
    }
    gradients[index] = nil
    Storage.makeUnique(&gradient)
    gradients[index] = gradient
    return (gradient, .add)
  }

  /// Makes `cotangent` the gradient of an entry, without a copy, or adds it to what is there.
  func share(_ cotangent: Storage<S>, with index: Int) {
    guard gradients[index] != nil else {
      gradients[index] = cotangent
      return
    }
    add(cotangent, to: index)
  }

  /// Adds a copy of `gradient` to that of an entry.
  func add(_ gradient: Storage<S>, to index: Int) {
    let (storage, accumulation) = destination(index, count: gradient.count)
    scale(UnsafePointer(gradient.pointer), by: 1, count: gradient.count, into: storage.pointer, accumulation)
  }
}

/// What a pullback works with: the cotangent of its output and the gradients of its inputs.
struct Backward<S: Scalar> {
  let cotangent: Storage<S>
  let inputs: [Int?]
  let pass: BackwardPass<S>
  let counts: (Int) -> Int

  /// The cotangent's element 0.
  var dy: UnsafePointer<S> { UnsafePointer(cotangent.pointer) }

  /// Whether input `i` is no constant.
  func wants(_ i: Int) -> Bool { inputs[i] != nil }

  /// Lets `body` put its share into the gradient of input `i`, unless that is a constant.
  func into(_ i: Int, _ body: (UnsafeMutablePointer<S>, Accumulation) -> Void) {
    guard let index = inputs[i] else { return }
    let (storage, accumulation) = pass.destination(index, count: counts(index))
    body(storage.pointer, accumulation)
  }

  /// Adds a copy of `gradient` to that of input `i`, unless that is a constant.
  func add(_ gradient: Storage<S>, to i: Int) {
    guard let index = inputs[i] else { return }
    pass.add(gradient, to: index)
  }

  /// Gives input `i` the cotangent as its gradient, as it is: for operations that move no number.
  func pass(to i: Int) {
    guard let index = inputs[i] else { return }
    pass.share(cotangent, with: index)
  }

  /// Lets `body` put its shares into the gradients of all inputs at once; a constant's destination is `nil`.
  func intoAll(_ body: ([Destination<S>?]) -> Void) { into(Array(inputs.indices), body) }

  /// Lets `body` put its shares into the gradients of some inputs at once; a constant's destination is `nil`.
  ///
  /// An input that is the same tensor as an earlier one gets a buffer of its own, which is added afterwards.
  func into(_ numbers: [Int], _ body: ([Destination<S>?]) -> Void) {
    var destinations: [Destination<S>?] = []
    var separate: [(index: Int, buffer: Storage<S>)] = []
    for (position, i) in numbers.enumerated() {
      guard let index = inputs[i] else {
        destinations.append(nil)
        continue
      }
      if numbers[..<position].contains(where: { inputs[$0] == index }) {
        let buffer = Storage<S>(uninitialized: counts(index))
        separate.append((index, buffer))
        destinations.append((buffer.pointer, .overwrite))
      } else {
        let (storage, accumulation) = pass.destination(index, count: counts(index))
        destinations.append((storage.pointer, accumulation))
      }
    }
    body(destinations)
    for (index, buffer) in separate { pass.add(buffer, to: index) }
  }
}
