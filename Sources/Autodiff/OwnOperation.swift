import Kernels

extension Tensor {
  /// An operation with a gradient of its own: for what the library does not have, or has in a slower form.
  ///
  /// Both closures see constants, so nothing that they compute is recorded, and whatever they capture should be
  /// constants too: a captured tensor of a tape would keep that tape alive. `GradientCheck` says whether the gradient
  /// is right; `docs/library.md` has a whole example.
  ///
  /// - Parameters:
  ///   - name: for error messages.
  ///   - inputs: what the result is computed from.
  ///   - forward: the result from the inputs.
  ///   - pullback: the gradient of each input, of its shape, from the result's cotangent, the inputs and the result;
  ///     `nil` for an input that the result does not depend on.
  /// - Returns: the result, a constant if all inputs are.
  public static func operation(
    _ name: String, _ inputs: [Tensor], forward: ([Tensor]) -> Tensor,
    pullback: @escaping (_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?]
  ) -> Tensor {
    let constants = inputs.map(\.detached)
    let output = forward(constants)
    precondition(output.node == nil, "\(name): the result depends on a tensor that is not among the inputs")
    return Tape.record(name, inputs, output.storage, shape: output.shape) { back in
      let cotangent = Tensor(shape: output.shape, storage: back.cotangent)
      let gradients = pullback(cotangent, constants, output)
      precondition(
        gradients.count == constants.count, "\(name): \(gradients.count) gradients for \(constants.count) inputs")
      for (index, (gradient, input)) in zip(gradients, constants).enumerated() {
        precondition(
          gradient.map { $0.shape == input.shape && $0.node == nil } ?? true,
          "\(name): the gradient of input \(index) is no constant of shape \(input.shape)")
        guard let gradient else { continue }
        back.add(gradient.storage, to: index)
      }
    }
  }
}
