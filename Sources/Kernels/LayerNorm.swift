// R rows of C columns: x, y and their gradients are [R, C]; gain and bias [C]; means and reciprocal deviations [R].

/// Layer normalization: y = gain · (x − μ) · ρ + bias with ρ = 1/√(σ² + ε), each row by itself.
///
/// Source: Ba, Kiros and Hinton 2016, arXiv:1607.06450v1, section 3.
/// μ and σ² (the mean of squared distances from μ, in a second pass) are in the order of `sum(_:_:_:)`.
///
/// `means` and `reciprocalDeviations` receive μ and ρ of each row.
@specialized(where S == Float)
@specialized(where S == Double)
public func layerNorm<S: Scalar>(
  _ x: UnsafePointer<S>, gain: UnsafePointer<S>, bias: UnsafePointer<S>, epsilon: S, rows: Int, columns: Int,
  into y: UnsafeMutablePointer<S>, means: UnsafeMutablePointer<S>, reciprocalDeviations: UnsafeMutablePointer<S>
) {
  forEachChunk(ofRows: rows, columns: columns) { range in
    for row in range {
      let x = x + row * columns
      let y = y + row * columns
      let mean = sum(x, count: columns) / S(columns)
      let center = S.Vector(repeating: mean)
      @inline(__always)
      func square(_ i: Int, _ left: Int) -> S.Vector {
        let distance = load(atMost: left, of: x + i, filler: mean) - center
        return distance * distance
      }
      let squares = sum(columns, S.self, square)
      let reciprocal = 1 / (squares / S(columns) + epsilon).squareRoot()
      means[row] = mean
      reciprocalDeviations[row] = reciprocal
      let factor = S.Vector(repeating: reciprocal)
      @inline(__always)
      func normalize(_ i: Int, _ left: Int) {
        let normal = (load(atMost: left, of: x + i) - center) * factor
        let result = load(atMost: left, of: bias + i).addingProduct(load(atMost: left, of: gain + i), normal)
        put(result, first: left, at: y + i, .overwrite)
      }
      forEachVector(columns, S.self, normalize)
    }
  }
}

/// The gradient of `layerNorm` with respect to its input.
///
/// With n = (x − μ)·ρ and h = gain · dy: dx (+)= ρ · (h − mean h − n · mean(h·n)). Sums are in the order of
/// `sumPair`.
@specialized(where S == Float)
@specialized(where S == Double)
public func layerNormBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, input x: UnsafePointer<S>, gain: UnsafePointer<S>, means: UnsafePointer<S>,
  reciprocalDeviations: UnsafePointer<S>, rows: Int, columns: Int, into dx: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  forEachChunk(ofRows: rows, columns: columns) { range in
    for row in range {
      let x = x + row * columns
      let dy = dy + row * columns
      let dx = dx + row * columns
      let mean = S.Vector(repeating: means[row])
      let factor = S.Vector(repeating: reciprocalDeviations[row])
      @inline(__always)
      func terms(_ i: Int, _ left: Int) -> (S.Vector, S.Vector) {
        let h = load(atMost: left, of: gain + i) * load(atMost: left, of: dy + i)
        return (h, h * ((load(atMost: left, of: x + i) - mean) * factor))
      }
      let (sumOfH, sumOfHN) = sumPair(columns, S.self, terms)
      let meanOfH = S.Vector(repeating: sumOfH / S(columns))
      let meanOfHN = S.Vector(repeating: sumOfHN / S(columns))
      @inline(__always)
      func project(_ i: Int, _ left: Int) {
        let h = load(atMost: left, of: gain + i) * load(atMost: left, of: dy + i)
        let n = (load(atMost: left, of: x + i) - mean) * factor
        put(factor * (h - meanOfH - n * meanOfHN), first: left, at: dx + i, accumulation)
      }
      forEachVector(columns, S.self, project)
    }
  }
}

/// The gradients of `layerNorm` with respect to gain and bias: dg (+)= Σ over rows of dy·n, db (+)= Σ over rows of dy.
///
/// n = (x − μ)·ρ. Sums are in the order of `sumOverRows`; what is nil is not computed.
@specialized(where S == Float)
@specialized(where S == Double)
public func layerNormParameterBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, input x: UnsafePointer<S>, means: UnsafePointer<S>,
  reciprocalDeviations: UnsafePointer<S>, rows: Int, columns: Int, intoGain dg: UnsafeMutablePointer<S>?,
  _ gainAccumulation: Accumulation, intoBias db: UnsafeMutablePointer<S>?, _ biasAccumulation: Accumulation
) {
  if let dg {
    let term = GainGradient(
      dy: dy, x: x, means: means, reciprocalDeviations: reciprocalDeviations, columns: columns)
    sumOverRows(term, rows: rows, columns: columns, into: dg, gainAccumulation)
  }
  if let db { sumRows(dy, rows: rows, columns: columns, into: db, biasAccumulation) }
}

/// dy · n.
private struct GainGradient<S: Scalar>: RowTerm {
  let dy: UnsafePointer<S>
  let x: UnsafePointer<S>
  let means: UnsafePointer<S>
  let reciprocalDeviations: UnsafePointer<S>
  let columns: Int

  @inline(__always)
  func callAsFunction(row: Int, column: Int, count: Int) -> S.Vector {
    let i = row &* columns &+ column
    let distance = load(atMost: count, of: x + i) - S.Vector(repeating: means[row])
    return load(atMost: count, of: dy + i) * (distance * S.Vector(repeating: reciprocalDeviations[row]))
  }
}
