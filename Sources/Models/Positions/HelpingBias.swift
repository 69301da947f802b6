import Autodiff
import Kernels

/// ALiBi's penalties as a help: they are added to the scores while a training begins, and then taken away.
///
/// It goes with every position encoding. The encoder of each step is a configuration of its own, so training, validation
/// and probes at one step see the same.
extension EncoderConfiguration {
  /// The encoder of an optimizer step, counted from 1, and of what is measured after it.
  ///
  /// After `alibiSteps` the penalties are gone, as though they had never been.
  public func atStep(_ step: Int) -> EncoderConfiguration {
    var configuration = self
    if step > alibiSteps { configuration.alibiSteps = 0 }
    return configuration
  }

  /// What is added to the scores of attention: by the position encoding, and as a help.
  ///
  /// - Parameter scope: where the encoding's weights are.
  /// - Returns: what gives `[heads, time, time]` for a number of positions; `nil` if nothing is added.
  package func scoreBias<S: Scalar>(_ scope: ParameterScope<S>) -> ((_ time: Int) -> Tensor<S>)? {
    let own = position.scheme.scoreBias(scope, self)
    guard alibiSteps > 0, let penalties = AlibiPositions().scoreBias(scope, self) else { return own }
    guard let own else { return penalties }
    return { own($0) + penalties($0) }
  }
}
