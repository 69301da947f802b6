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
    /// What it is in its layer.
    public let role: WeightRole
    /// The part of the model that it belongs to; `nil` in a layer by itself.
    public let part: WeightPart?
    /// Its elements, changed in place by the optimizer.
    public let weight: Weight<S>
    /// The same elements as a constant that shares them.
    public var value: Tensor<S> { weight.tensor }
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

  /// The hexadecimal SHA-256 of the values of weights that satisfy a condition, in the order of their names.
  ///
  /// It proves that two runs that share weights started from the same ones.
  public func digest(where isIncluded: (Parameter) -> Bool = { _ in true }) -> String {
    var digest = Digest()
    for parameter in parameters.sorted(by: { $0.name < $1.name }) where isIncluded(parameter) {
      digest.update(Array(parameter.name.utf8))
      digest.update(parameter.value.elements)
    }
    return digest.finish()
  }

  /// The weights as a model sees them: variables of a tape, or constants if there is none.
  public func scope(on tape: Tape<S>? = nil) -> ParameterScope<S> {
    ParameterScope(store: self, binding: tape.map { Binding(tape: $0) }, prefix: "", part: nil)
  }

  /// The weights replaced by tensors, in the store's order: a model as a function of its weights.
  ///
  /// - Precondition: there is a tensor for every weight.
  package func scope(replacing weights: [Tensor<S>]) -> ParameterScope<S> {
    precondition(weights.count == parameters.count, "scope: \(weights.count) tensors for \(parameters.count) weights")
    let binding = Binding(tape: nil, variables: Dictionary(uniqueKeysWithValues: weights.enumerated().map { ($0, $1) }))
    return ParameterScope(store: self, binding: binding, prefix: "", part: nil)
  }

  /// The index of a weight of a name, made if there is none.
  func index(of name: String, _ role: WeightRole, part: WeightPart?, shape: [Int], _ initializer: Initializer) -> Int {
    if let index = indices[name] {
      precondition(
        parameters[index].value.shape == shape, "\(name): shape \(parameters[index].value.shape), asked for \(shape)")
      return index
    }
    let weight =
      seed.map { Weight<S>(initializer.values(count: shape.reduce(1, *), seed: $0, name: name), shape: shape) }
      ?? Weight<S>(repeating: 0, shape: shape)
    indices[name] = parameters.count
    parameters.append(Parameter(name: name, role: role, part: part, weight: weight))
    return parameters.count - 1
  }

  /// The variables that stand for the weights on one tape.
  final class Binding {
    let tape: Tape<S>?
    var variables: [Int: Tensor<S>]

    init(tape: Tape<S>?, variables: [Int: Tensor<S>] = [:]) {
      self.tape = tape
      self.variables = variables
    }
  }
}
