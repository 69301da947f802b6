import Platform

/// What one step of AdamW is made with.
public struct AdamWStep<S: Scalar>: Sendable {
  /// α: the schedule is in it.
  public var learningRate: S
  /// β₁, the decay of the mean of gradients.
  public var beta1: S
  /// β₂, the decay of the mean of squared gradients.
  public var beta2: S
  /// ε, added to the root.
  public var epsilon: S
  /// λ, decoupled from the gradient and scaled by the learning rate; of the arrays that decay.
  public var weightDecay: S
  /// 1 − β₁ᵗ, which the first moment is divided by, or 1 for no bias correction.
  public var firstCorrection: S
  /// 1 − β₂ᵗ, which the second moment is divided by, or 1 for no bias correction.
  public var secondCorrection: S
  /// What gradients are multiplied by first: the factor of clipping.
  public var gradientScale: S
  /// 1 − β₁ and 1 − β₂, rounded once: 1 − Float(0.999) is off by 10⁻⁵ of itself.
  var complement1: S
  var complement2: S

  /// A step's coefficients, each rounded to `S`.
  public init(
    learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double,
    firstCorrection: Double = 1, secondCorrection: Double = 1, gradientScale: Double = 1
  ) {
    self.learningRate = S(learningRate)
    self.beta1 = S(beta1)
    self.beta2 = S(beta2)
    self.epsilon = S(epsilon)
    self.weightDecay = S(weightDecay)
    self.firstCorrection = S(firstCorrection)
    self.secondCorrection = S(secondCorrection)
    self.gradientScale = S(gradientScale)
    complement1 = S(1 - beta1)
    complement2 = S(1 - beta2)
  }
}

/// The weights of one array, their gradient and what AdamW remembers of earlier ones.
public struct AdamWArray<S: Scalar> {
  let weights: UnsafeMutablePointer<S>
  let gradient: UnsafePointer<S>
  let firstMoment: UnsafeMutablePointer<S>
  let secondMoment: UnsafeMutablePointer<S>
  let count: Int
  let decays: Bool

  /// An array of weights.
  ///
  /// - Parameters:
  ///   - weights: w.
  ///   - gradient: g.
  ///   - firstMoment: m.
  ///   - secondMoment: v.
  ///   - count: elements of each.
  ///   - decays: whether λ applies.
  public init(
    weights: UnsafeMutablePointer<S>, gradient: UnsafePointer<S>, firstMoment: UnsafeMutablePointer<S>,
    secondMoment: UnsafeMutablePointer<S>, count: Int, decays: Bool
  ) {
    self.weights = weights
    self.gradient = gradient
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
    self.count = count
    self.decays = decays
  }
}

/// One step of Adam with decoupled weight decay, in one loop over all arrays.
///
/// Source: Loshchilov & Hutter 2019, arXiv:1711.05101v3, algorithm 2.
///
/// With g′ = gradientScale · g: m ← β₁m + (1 − β₁)g′, v ← β₂v + (1 − β₂)g′²,
/// w ← w − α·(m̂/(√v̂ + ε) + λw). As in BERT, α scales the decay too; the paper's schedule multiplier η is in α.
@specialized(where S == Float)
@specialized(where S == Double)
public func adamW<S: Scalar>(_ arrays: [AdamWArray<S>], _ step: AdamWStep<S>) {
  let beta1 = S.Vector(repeating: step.beta1)
  let beta2 = S.Vector(repeating: step.beta2)
  let complement1 = S.Vector(repeating: step.complement1)
  let complement2 = S.Vector(repeating: step.complement2)
  let scale = S.Vector(repeating: step.gradientScale)
  let epsilon = S.Vector(repeating: step.epsilon)
  let rate = S.Vector(repeating: step.learningRate / step.firstCorrection)
  let rootFactor = S.Vector(repeating: 1 / step.secondCorrection.squareRoot())
  let chunks = ArrayChunk.chunks(of: arrays.map(\.count))
  ThreadPool.shared.runUnchecked(chunks.count) { index in
    let (range, array) = (chunks[index].range, arrays[chunks[index].array])
    let (w, g) = (array.weights + range.lowerBound, array.gradient + range.lowerBound)
    let (m, v) = (array.firstMoment + range.lowerBound, array.secondMoment + range.lowerBound)
    let decay = S.Vector(repeating: array.decays ? step.learningRate * step.weightDecay : 0)
    @inline(__always)
    func update(_ i: Int, _ left: Int) {
      let gradient = scale * load(atMost: left, of: g + i)
      let first = (complement1 * gradient).addingProduct(beta1, load(atMost: left, of: m + i))
      let second = (complement2 * gradient * gradient).addingProduct(beta2, load(atMost: left, of: v + i))
      let weight = load(atMost: left, of: w + i)
      let change = rate * first / epsilon.addingProduct(S.squareRoot(second), rootFactor)
      put(first, first: left, at: m + i, .overwrite)
      put(second, first: left, at: v + i, .overwrite)
      put(weight - change.addingProduct(decay, weight), first: left, at: w + i, .overwrite)
    }
    forEachVector(range.count, S.self, update)
  }
}
