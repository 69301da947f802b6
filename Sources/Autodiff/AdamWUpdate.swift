import Kernels

/// A weight beside its gradient and the moments that AdamW keeps of it.
package struct AdamWParameter<S: Scalar> {
  let weight: Weight<S>
  let gradient: Tensor<S>
  let firstMoment: Weight<S>
  let secondMoment: Weight<S>
  let decays: Bool

  /// A weight that is to be updated.
  ///
  /// - Precondition: gradient and moments have as many elements as the weight.
  package init(
    _ weight: Weight<S>, gradient: Tensor<S>, firstMoment: Weight<S>, secondMoment: Weight<S>, decays: Bool
  ) {
    precondition(
      gradient.count == weight.count && firstMoment.count == weight.count && secondMoment.count == weight.count,
      "AdamWParameter: gradient \(gradient.shape) and moments of \(firstMoment.count) for weight \(weight.shape)")
    self.weight = weight
    self.gradient = gradient
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
    self.decays = decays
  }
}

/// One step of AdamW over some weights; see the kernel of that name.
package func adamW<S: Scalar>(_ parameters: [AdamWParameter<S>], _ step: AdamWStep<S>) {
  let arrays = parameters.map { parameter in
    AdamWArray(
      weights: parameter.weight.storage.pointer, gradient: parameter.gradient.values,
      firstMoment: parameter.firstMoment.storage.pointer, secondMoment: parameter.secondMoment.storage.pointer,
      count: parameter.weight.count, decays: parameter.decays)
  }
  withExtendedLifetime(parameters) { Kernels.adamW(arrays, step) }
}

/// The sum of the squares of all elements of some tensors, in their order.
package func sumOfSquares<S: Scalar>(of tensors: [Tensor<S>]) -> Double {
  withExtendedLifetime(tensors) {
    Kernels.sumOfSquares(tensors.map { UnsafeBufferPointer(start: $0.values, count: $0.count) })
  }
}
