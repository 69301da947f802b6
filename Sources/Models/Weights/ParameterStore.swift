import Autodiff
import Kernels
import Platform

/// The named weights of a model, in the order in which the model first asked for them.
///
/// Every weight starts from numbers keyed by (seed, name, index): two models that share a weight's name and shape start
/// from the same numbers, whatever else they have.
public final class ParameterStore<S: Scalar> {
  /// One weight.
  public struct Parameter {
    /// Its name, Hugging Face's without the model's prefix.
    public let name: String
    /// Its elements, changed in place by the optimizer.
    public let weight: Weight<S>
    /// The same elements as a constant that shares them.
    public var value: Tensor<S> { weight.tensor }
    /// Whether weight decay applies: not to biases, LayerNorm or scalars.
    public let decays: Bool
  }

  /// The seed that initial values are keyed by; `nil` if weights start at 0.
  public let seed: UInt64?
  /// The weights in order.
  public private(set) var parameters: [Parameter] = []
  private var indices: [String: Int] = [:]

  /// A store without weights; a model fills it.
  ///
  /// - Parameter seed: keys the initial values; `nil` leaves weights at 0, to be read from a file or only counted.
  public init(seed: UInt64?) {
    self.seed = seed
  }

  /// How many numbers the weights hold.
  public var elementCount: Int { parameters.reduce(0) { $0 + $1.value.count } }

  /// A weight by name.
  public subscript(name: String) -> Parameter? { indices[name].map { parameters[$0] } }

  /// The hexadecimal SHA-256 of the values of weights whose names satisfy a condition, in the order of their names.
  ///
  /// It proves that two runs that share weights started from the same ones.
  public func digest(where isIncluded: (String) -> Bool = { _ in true }) -> String {
    var digest = Digest()
    for parameter in parameters.sorted(by: { $0.name < $1.name }) where isIncluded(parameter.name) {
      digest.update(Array(parameter.name.utf8))
      digest.update(parameter.value.elements)
    }
    return digest.finish()
  }

  /// The weights as a model sees them: variables of a tape, or constants if there is none.
  public func scope(on tape: Tape<S>? = nil) -> ParameterScope<S> {
    ParameterScope(store: self, binding: tape.map { Binding(tape: $0) }, prefix: "")
  }

  /// The weights replaced by tensors, in the store's order: a model as a function of its weights.
  ///
  /// - Precondition: there is a tensor for every weight.
  package func scope(replacing weights: [Tensor<S>]) -> ParameterScope<S> {
    precondition(weights.count == parameters.count, "scope: \(weights.count) tensors for \(parameters.count) weights")
    let binding = Binding(tape: nil, variables: Dictionary(uniqueKeysWithValues: weights.enumerated().map { ($0, $1) }))
    return ParameterScope(store: self, binding: binding, prefix: "")
  }

  fileprivate func index(of name: String, shape: [Int], initializer: Initializer) -> Int {
    if let index = indices[name] {
      precondition(
        parameters[index].value.shape == shape, "\(name): shape \(parameters[index].value.shape), asked for \(shape)")
      return index
    }
    let weight =
      seed.map { Weight<S>(initializer.values(count: shape.reduce(1, *), seed: $0, name: name), shape: shape) }
      ?? Weight<S>(repeating: 0, shape: shape)
    indices[name] = parameters.count
    parameters.append(Parameter(name: name, weight: weight, decays: initializer.decays))
    return parameters.count - 1
  }

  /// The variables that stand for the weights on one tape.
  fileprivate final class Binding {
    let tape: Tape<S>?
    var variables: [Int: Tensor<S>]

    init(tape: Tape<S>?, variables: [Int: Tensor<S>] = [:]) {
      self.tape = tape
      self.variables = variables
    }
  }
}

/// What a weight holds before training.
public enum Initializer: Sendable, Equatable {
  /// Normal numbers of mean 0, cut at two standard deviations (BERT).
  case truncatedNormal(standardDeviation: Double)
  /// One number throughout.
  case constant(Double)

  /// Whether weight decay applies to a weight that starts like this: matrices and tables, not biases and gains.
  var decays: Bool {
    if case .truncatedNormal = self { true } else { false }
  }

  func values<S: Scalar>(count: Int, seed: UInt64, name: String) -> [S] {
    switch self {
    case .constant(let value): return Array(repeating: S(value), count: count)
    case .truncatedNormal(let deviation):
      let source = RandomSource(seed: seed, purpose: "initial " + name)
      return (0..<count).map { S(source.truncatedNormal(standardDeviation: deviation, at: $0)) }
    }
  }
}

/// A view of a store under a prefix; layers are made from it, by name.
public struct ParameterScope<S: Scalar> {
  let store: ParameterStore<S>
  fileprivate let binding: ParameterStore<S>.Binding?
  let prefix: String

  /// The part of the scope below `name`.
  public subscript(name: String) -> ParameterScope {
    ParameterScope(store: store, binding: binding, prefix: prefix + name + ".")
  }

  /// The weight of a name, made if the store does not have it yet.
  ///
  /// - Precondition: a weight that exists has this shape.
  public func parameter(_ name: String, shape: [Int], _ initializer: Initializer) -> Tensor<S> {
    let index = store.index(of: prefix + name, shape: shape, initializer: initializer)
    if let variable = binding?.variables[index] { return variable }
    guard let binding, let tape = binding.tape else { return store.parameters[index].value }
    let variable = tape.variable(store.parameters[index].value, group: part)
    binding.variables[index] = variable
    return variable
  }

  /// The part of a model that the scope's weights belong to: `embeddings`, `encoder`, or the head, Hugging Face's `cls`.
  private var part: String {
    let first = prefix.prefix { $0 != "." }
    return first == "cls" ? "head" : String(first)
  }

  /// The variables that were asked for on this scope's tape, by the weights' indices in the store.
  public var variables: [Int: Tensor<S>] { binding?.variables ?? [:] }
}
