import Autodiff
import Kernels

/// A view of a store under a prefix; layers are made from it, by name.
public struct ParameterScope<S: Scalar> {
  let store: ParameterStore<S>
  let binding: ParameterStore<S>.Binding?
  let prefix: String
  let part: WeightPart?

  /// The part of the scope below `name`.
  public subscript(name: String) -> ParameterScope {
    ParameterScope(store: store, binding: binding, prefix: prefix + name + ".", part: part)
  }

  /// The same scope, its weights belonging to a part of the model.
  func part(_ part: WeightPart) -> ParameterScope {
    ParameterScope(store: store, binding: binding, prefix: prefix, part: part)
  }

  /// The weight of a name, made if the store does not have it yet.
  ///
  /// - Parameters:
  ///   - name: below the scope.
  ///   - role: what the weight is in its layer.
  ///   - shape: its axes.
  ///   - initializer: what it holds before training.
  /// - Returns: the weight, as a variable if the scope is on a tape.
  /// - Precondition: a weight that exists has this shape.
  public func parameter(
    _ name: String, _ role: WeightRole, shape: [Int], _ initializer: Initializer
  ) -> Tensor<S> {
    let index = store.index(of: prefix + name, role, part: part, shape: shape, initializer)
    if let variable = binding?.variables[index] { return variable }
    guard let binding, let tape = binding.tape else { return store.parameters[index].value }
    let variable = tape.variable(store.parameters[index].value, group: part?.group)
    binding.variables[index] = variable
    return variable
  }

  /// The variables that were asked for on this scope's tape, by the weights' indices in the store.
  public var variables: [Int: Tensor<S>] { binding?.variables ?? [:] }
}
