import Platform

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

/// The gradients of `layerNorm`, all in one pass over the rows.
///
/// With n = (x − μ)·ρ and h = gain · dy: dx = ρ · (h − mean h − n · mean(h·n)), the means over a row, in the order of
/// `sumPair`; dg = Σ dy·n and db = Σ dy over all rows, in the order of `sumRows`.
///
/// - Parameters:
///   - dy: the cotangent.
///   - x: the input.
///   - gain: as `layerNorm` had it.
///   - means: as `layerNorm` gave them.
///   - reciprocalDeviations: likewise.
///   - rows: R.
///   - columns: C.
///   - dInput: destination and accumulation of dx; `nil` where it is not wanted.
///   - dGain: likewise of dg.
///   - dBias: likewise of db.
@specialized(where S == Float)
@specialized(where S == Double)
public func layerNormBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, input x: UnsafePointer<S>, gain: UnsafePointer<S>, means: UnsafePointer<S>,
  reciprocalDeviations: UnsafePointer<S>, rows: Int, columns: Int, dInput: (UnsafeMutablePointer<S>, Accumulation)?,
  dGain: (UnsafeMutablePointer<S>, Accumulation)?, dBias: (UnsafeMutablePointer<S>, Accumulation)?
) {
  let summed = SummedRows(rows, columns: columns)
  let size = summed.blockCount * columns
  Arena.shared.withScratch(S.self, count: 2 * size) { sums in
    // Sums of every block; none where they are not wanted.
    let sumsForGain = dGain.map { _ in sums }
    let sumsForBias = dBias.map { _ in sums + size }
    ThreadPool.shared.runUnchecked(summed.blockCount) { block in
      let gainSums = sumsForGain.map { $0 + block * columns }
      let biasSums = sumsForBias.map { $0 + block * columns }
      gainSums?.update(repeating: 0, count: columns)
      biasSums?.update(repeating: 0, count: columns)
      for row in summed.rows(of: block) {
        let x = x + row * columns
        let dy = dy + row * columns
        let mean = S.Vector(repeating: means[row])
        let factor = S.Vector(repeating: reciprocalDeviations[row])
        @inline(__always)
        func terms(_ i: Int, _ left: Int) -> (S.Vector, S.Vector) {
          let h = load(atMost: left, of: gain + i) * load(atMost: left, of: dy + i)
          return (h, h * ((load(atMost: left, of: x + i) - mean) * factor))
        }
        let (sumOfH, sumOfHN) = dInput == nil ? (0, 0) : sumPair(columns, S.self, terms)
        let meanOfH = S.Vector(repeating: sumOfH / S(columns))
        let meanOfHN = S.Vector(repeating: sumOfHN / S(columns))
        @inline(__always)
        func differentiate(_ i: Int, _ left: Int) {
          let here: S.Vector = load(atMost: left, of: dy + i)
          let n = (load(atMost: left, of: x + i) - mean) * factor
          if let gainSums { put(here * n, first: left, at: gainSums + i, .add) }
          if let biasSums { put(here, first: left, at: biasSums + i, .add) }
          if let (dx, accumulation) = dInput {
            let h = load(atMost: left, of: gain + i) * here
            put(factor * (h - meanOfH - n * meanOfHN), first: left, at: dx + (row &* columns &+ i), accumulation)
          }
        }
        forEachVector(columns, S.self, differentiate)
      }
    }
    if let (dg, accumulation) = dGain { summed.addBlocks(sums, columns: columns, into: dg, accumulation) }
    if let (db, accumulation) = dBias { summed.addBlocks(sums + size, columns: columns, into: db, accumulation) }
  }
}
