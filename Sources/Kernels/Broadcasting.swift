/// An operation of two operands, element by element.
public enum BinaryOperation: Sendable, CaseIterable {
  /// a + b.
  case add
  /// a − b.
  case subtract
  /// a · b.
  case multiply
  /// a / b.
  case divide
}

/// y[i] = a[i] op b[i] over a shape that either operand may be stretched to.
///
/// `shape` is that of y, which is row-major; `aStrides` are the steps in `a` along its axes, 0 where it is
/// stretched; `bStrides` likewise.
@specialized(where S == Float)
@specialized(where S == Double)
public func broadcast<S: Scalar>(
  _ operation: BinaryOperation, _ a: UnsafePointer<S>, aStrides: [Int], _ b: UnsafePointer<S>, bStrides: [Int],
  shape: [Int], into y: UnsafeMutablePointer<S>
) {
  let loop = StridedLoop(shape: shape, aStrides: aStrides, bStrides: bStrides)
  let aStride = loop.aInner
  let bStride = loop.bInner
  forEachChunk(of: loop.count) { range in
    loop.forEachRun(in: range) { position, aOffset, bOffset, length in
      let a = a + aOffset
      let b = b + bOffset
      let y = y + position
      switch operation {
      case .add: combine(a, aStride, b, bStride, count: length, into: y, +)
      case .subtract: combine(a, aStride, b, bStride, count: length, into: y, -)
      case .multiply: combine(a, aStride, b, bStride, count: length, into: y, *)
      case .divide: combine(a, aStride, b, bStride, count: length, into: y, /)
      }
    }
  }
}

/// y[i] = f(a[i · aStride], b[i · bStride]).
@inline(__always)
private func combine<S: Scalar>(
  _ a: UnsafePointer<S>, _ aStride: Int, _ b: UnsafePointer<S>, _ bStride: Int, count: Int,
  into y: UnsafeMutablePointer<S>, _ f: (S.Vector, S.Vector) -> S.Vector
) {
  switch (aStride, bStride) {
  case (1, 1): map(a, b, count: count, into: y, .overwrite, f)
  case (1, 0):
    let b = S.Vector(repeating: b.pointee)
    @inline(__always)
    func value(_ a: S.Vector) -> S.Vector { f(a, b) }
    map(a, count: count, into: y, .overwrite, value)
  case (0, 1):
    let a = S.Vector(repeating: a.pointee)
    @inline(__always)
    func value(_ b: S.Vector) -> S.Vector { f(a, b) }
    map(b, count: count, into: y, .overwrite, value)
  default:
    let lanes = S.Vector.scalarCount
    var i = 0
    while i < count {
      let left = count - i
      let result = f(
        load(first: left, of: a + i * aStride, stride: aStride),
        load(first: left, of: b + i * bStride, stride: bStride))
      put(result, first: left, at: y + i, .overwrite)
      i += lanes
    }
  }
}

/// Sums x over the axes where y does not move: what undoes a broadcast, and the sum along axes.
///
/// Order: where whole leading axes are summed as in `sumRows`; where all or the last axes are, as in
/// `sum(_:count:)`; else each element of y adds up its terms in row-major order, stretches along the last axis first.
///
/// x is row-major in `shape`; `strides` are the steps in y along its axes, 0 along summed ones; no two kept indices
/// meet.
@specialized(where S == Float)
@specialized(where S == Double)
public func sumReducing<S: Scalar>(
  _ x: UnsafePointer<S>, shape: [Int], keeping strides: [Int], into y: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  let loop = StridedLoop(shape: shape, aStrides: rowMajorStrides(shape), bStrides: strides)
  let inner = loop.inner
  switch (loop.shape.count, loop.bStrides[0], loop.bInner) {
  case (1, 0, _):
    let total = sumInChunks(x, count: inner)
    y[0] = accumulation == .add ? y[0] + total : total
  case (2, 0, 1):
    sumRows(x, rows: loop.shape[0], columns: inner, into: y, accumulation)
  default:
    // Kept axes outside, summed ones inside; along the innermost axis of x in any case.
    let outer = loop.shape.indices.dropLast()
    let kept = outer.filter { loop.bStrides[$0] != 0 }
    let summed = outer.filter { loop.bStrides[$0] == 0 }
    let keptLoop = StridedLoop(
      shape: kept.map { loop.shape[$0] }, aStrides: kept.map { loop.aStrides[$0] },
      bStrides: kept.map { loop.bStrides[$0] })
    let summedLoop = StridedLoop(
      shape: summed.map { loop.shape[$0] }, aStrides: summed.map { loop.aStrides[$0] },
      bStrides: summed.map { loop.bStrides[$0] })
    let stride = loop.bInner
    let xStep = keptLoop.aInner
    let yStep = keptLoop.bInner
    let summedStep = summedLoop.aInner
    forEachChunk(ofRows: keptLoop.count, columns: loop.count / max(1, keptLoop.count)) { range in
      keptLoop.forEachRun(in: range) { _, xOffset, yOffset, length in
        for step in 0..<length {
          let x = x + xOffset + step * xStep
          let y = y + yOffset + step * yStep
          if stride == 0 {
            var total: S = 0
            summedLoop.forEachRun(in: 0..<summedLoop.count) { _, offset, _, count in
              for k in 0..<count { total += sum(x + offset + k * summedStep, count: inner) }
            }
            y[0] = accumulation == .add ? y[0] + total : total
          } else {
            if accumulation == .overwrite { for i in 0..<inner { y[i * stride] = 0 } }
            summedLoop.forEachRun(in: 0..<summedLoop.count) { _, offset, _, count in
              for k in 0..<count {
                let x = x + offset + k * summedStep
                if stride == 1 {
                  map(x, count: inner, into: y, .add)
                } else {
                  for i in 0..<inner { y[i * stride] += x[i] }
                }
              }
            }
          }
        }
      }
    }
  }
}

/// y[i] (+)= scale · x[strided i]: the gradient of a sum or, with a scale, of a mean.
///
/// `shape` is that of y, which is row-major; `strides` are the steps in x along its axes, 0 where it is stretched.
@specialized(where S == Float)
@specialized(where S == Double)
public func spread<S: Scalar>(
  _ x: UnsafePointer<S>, strides: [Int], shape: [Int], scale: S, into y: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  let lanes = S.Vector.scalarCount
  let factor = S.Vector(repeating: scale)
  let loop = StridedLoop(shape: shape, aStrides: strides, bStrides: strides)
  let stride = loop.aInner
  forEachChunk(of: loop.count) { range in
    loop.forEachRun(in: range) { position, offset, _, length in
      let x = x + offset
      let y = y + position
      if stride == 1 {
        @inline(__always)
        func value(_ x: S.Vector) -> S.Vector { factor * x }
        map(x, count: length, into: y, accumulation, value)
      } else {
        let all = factor * S.Vector(repeating: x.pointee)
        var i = 0
        while i < length {
          let left = length - i
          let result = stride == 0 ? all : factor * load(first: left, of: x + i * stride, stride: stride)
          put(result, first: left, at: y + i, accumulation)
          i += lanes
        }
      }
    }
  }
}
