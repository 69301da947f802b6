// The two products of a feed-forward network that meet its activation, with the activation in their epilogues.
// A is [M, K], B [K, N], C, pre-activations and activations [M, N], dense.

/// Z = A · B + bias and H = gelu(Z).
///
/// - Parameters:
///   - a: A.
///   - b: B.
///   - bias: `[N]`.
///   - preactivations: Z.
///   - activations: H.
@specialized(where S == Float)
@specialized(where S == Double)
public func gemmThenGelu<S: Scalar>(
  _ a: Matrix<S>, _ b: Matrix<S>, bias: UnsafePointer<S>, preactivations: UnsafeMutablePointer<S>,
  activations: UnsafeMutablePointer<S>
) {
  guard a.rows > 0, b.columns > 0 else { return }
  let finish = Activating(bias: bias, activations: activations)
  multiplySharingPackedB(
    a, b, ProductTarget(c: preactivations, rowStride: b.columns, adds: false, finish: finish))
}

/// dZ = (A · B) ∘ gelu′(Z), A · B being the gradient of H = gelu(Z); and H once more, so that it need not be kept.
///
/// - Parameters:
///   - a: A, the cotangent of what H was multiplied to.
///   - b: B, what it was multiplied by.
///   - preactivations: Z.
///   - dPreactivations: dZ; must not overlap Z.
///   - activations: H.
@specialized(where S == Float)
@specialized(where S == Double)
public func gemmThroughGelu<S: Scalar>(
  _ a: Matrix<S>, _ b: Matrix<S>, preactivations: UnsafePointer<S>, dPreactivations: UnsafeMutablePointer<S>,
  activations: UnsafeMutablePointer<S>
) {
  guard a.rows > 0, b.columns > 0 else { return }
  let finish = Differentiating(preactivations: preactivations, activations: activations)
  multiplySharingPackedB(
    a, b, ProductTarget(c: dPreactivations, rowStride: b.columns, adds: false, finish: finish))
}

/// Adds the bias, and writes the activation beside.
private struct Activating<S: Scalar>: ProductFinish {
  let bias: UnsafePointer<S>
  let activations: UnsafeMutablePointer<S>

  @inline(always)
  func callAsFunction(_ sums: S.Vector, offset: Int, column: Int, count: Int) -> S.Vector {
    let z = sums + load(atMost: count, of: bias + column)
    put(S.gelu(z), first: count, at: activations + offset, .overwrite)
    return z
  }

  var matrices: (UnsafePointer<S>?, UnsafePointer<S>?) { (UnsafePointer(activations), nil) }
}

/// Multiplies by the derivative at the pre-activation, and writes the activation beside.
private struct Differentiating<S: Scalar>: ProductFinish {
  let preactivations: UnsafePointer<S>
  let activations: UnsafeMutablePointer<S>

  @inline(always)
  func callAsFunction(_ sums: S.Vector, offset: Int, column: Int, count: Int) -> S.Vector {
    let z = load(atMost: count, of: preactivations + offset)
    let (activation, derivative) = S.geluAndDerivative(z)
    put(activation, first: count, at: activations + offset, .overwrite)
    return sums * derivative
  }

  var matrices: (UnsafePointer<S>?, UnsafePointer<S>?) { (preactivations, UnsafePointer(activations)) }
}
