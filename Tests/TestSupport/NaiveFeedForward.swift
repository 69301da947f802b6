/// The products of a feed-forward network and its activation, one after the other.
extension Naive {
  /// Z = op(A) · op(B) + bias and H = gelu(Z), op being the transpose where asked.
  public static func productThenGelu(
    _ a: [Double], _ b: [Double], bias: [Double], m: Int, n: Int, k: Int, transposesA: Bool, transposesB: Bool
  ) -> (preactivations: [Double], activations: [Double]) {
    let c = product(a, b, m: m, n: n, k: k, transposesA: transposesA, transposesB: transposesB)
    let z = c.indices.map { c[$0] + bias[$0 % n] }
    return (z, z.map(gelu))
  }

  /// dZ = (op(A) · op(B)) ∘ gelu′(Z) and H = gelu(Z).
  public static func productThroughGelu(
    _ a: [Double], _ b: [Double], preactivations z: [Double], m: Int, n: Int, k: Int, transposesA: Bool,
    transposesB: Bool
  ) -> (dPreactivations: [Double], activations: [Double]) {
    let dH = product(a, b, m: m, n: n, k: k, transposesA: transposesA, transposesB: transposesB)
    return (zip(dH, z).map { $0 * geluDerivative($1) }, z.map(gelu))
  }
}
