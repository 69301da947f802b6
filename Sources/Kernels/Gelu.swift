/// The Gaussian error linear unit in its exact form (Hendrycks & Gimpel 2016): y = x·Φ(x) = ½x(1 + erf(x/√2)).
@specialized(where S == Float)
@specialized(where S == Double)
public func gelu<S: Scalar>(_ x: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>) {
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(x + i, count: range.count, into: y + i, .overwrite) { x in
      x * normalDistribution(x, S.self)
    }
  }
}

/// The gradient of `gelu`: dx (+)= dy · (Φ(x) + x·φ(x)), where φ(x) = e^(−x²/2)/√(2π).
@specialized(where S == Float)
@specialized(where S == Double)
public func geluBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, input x: UnsafePointer<S>, count: Int, into dx: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  let minusHalf = S.Vector(repeating: -0.5)
  let normalizer = S.Vector(repeating: 0.398_942_280_401_432_677_94)  // 1/√(2π)
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(dy + i, x + i, count: range.count, into: dx + i, accumulation) { dy, x in
      let density = normalizer * S.exp(minusHalf * x * x)
      return dy * normalDistribution(x, S.self).addingProduct(x, density)
    }
  }
}

/// Φ(x) = ½(1 + erf(x/√2)), the distribution function of the standard normal distribution.
@inline(__always)
private func normalDistribution<S: Scalar>(_ x: S.Vector, _: S.Type) -> S.Vector {
  let half = S.Vector(repeating: 0.5)
  return half.addingProduct(half, S.erf(x * S.Vector(repeating: 0.707_106_781_186_547_524_4)))
}
