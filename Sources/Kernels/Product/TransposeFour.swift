/// Four neighbours of each of eight rows, transposed: the first of each row, the second of each, and so on.
///
/// Within halves of four lanes a shuffle is one instruction on every processor with 256-bit vectors, so a half holds four
/// rows and eight shuffles do.
@inline(__always)
func transposeFour<S: Scalar>(
  _ r0: UnsafePointer<S>, _ r1: UnsafePointer<S>, _ r2: UnsafePointer<S>, _ r3: UnsafePointer<S>,
  _ r4: UnsafePointer<S>, _ r5: UnsafePointer<S>, _ r6: UnsafePointer<S>, _ r7: UnsafePointer<S>
) -> (SIMD8<S>, SIMD8<S>, SIMD8<S>, SIMD8<S>) {
  let (a, b) = (fourAndFour(r0, r4), fourAndFour(r1, r5))
  let (c, d) = (fourAndFour(r2, r6), fourAndFour(r3, r7))
  let (ab01, ab23) = (unpackLow(a, b), unpackHigh(a, b))
  let (cd01, cd23) = (unpackLow(c, d), unpackHigh(c, d))
  return (lowPairs(ab01, cd01), highPairs(ab01, cd01), lowPairs(ab23, cd23), highPairs(ab23, cd23))
}

/// Four elements from one address and four from another.
@inline(__always)
private func fourAndFour<S: Scalar>(_ low: UnsafePointer<S>, _ high: UnsafePointer<S>) -> SIMD8<S> {
  SIMD8(
    lowHalf: UnsafeRawPointer(low).loadUnaligned(as: SIMD4<S>.self),
    highHalf: UnsafeRawPointer(high).loadUnaligned(as: SIMD4<S>.self))
}

/// Of each half the first two elements of both, in turns.
@inline(__always)
private func unpackLow<S: Scalar>(_ a: SIMD8<S>, _ b: SIMD8<S>) -> SIMD8<S> {
  SIMD8(a[0], b[0], a[1], b[1], a[4], b[4], a[5], b[5])
}

/// Of each half the last two elements of both, in turns.
@inline(__always)
private func unpackHigh<S: Scalar>(_ a: SIMD8<S>, _ b: SIMD8<S>) -> SIMD8<S> {
  SIMD8(a[2], b[2], a[3], b[3], a[6], b[6], a[7], b[7])
}

/// Of each half the first two elements of `a`, then those of `b`.
@inline(__always)
private func lowPairs<S: Scalar>(_ a: SIMD8<S>, _ b: SIMD8<S>) -> SIMD8<S> {
  SIMD8(a[0], a[1], b[0], b[1], a[4], a[5], b[4], b[5])
}

/// Of each half the last two elements of `a`, then those of `b`.
@inline(__always)
private func highPairs<S: Scalar>(_ a: SIMD8<S>, _ b: SIMD8<S>) -> SIMD8<S> {
  SIMD8(a[2], a[3], b[2], b[3], a[6], a[7], b[6], b[7])
}
