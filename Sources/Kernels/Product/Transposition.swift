// Four elements of each of eight lines at a time, in registers: what packing needs where the lines lie across.

/// Four neighbours of each of eight lines, transposed: the first of each line, the second of each, and so on.
///
/// Within halves of four lanes a shuffle is one instruction on every processor with 256-bit vectors, so a half holds four
/// lines and eight shuffles do.
@inline(__always)
func transposeFour<S: Scalar>(
  _ l0: UnsafePointer<S>, _ l1: UnsafePointer<S>, _ l2: UnsafePointer<S>, _ l3: UnsafePointer<S>,
  _ l4: UnsafePointer<S>, _ l5: UnsafePointer<S>, _ l6: UnsafePointer<S>, _ l7: UnsafePointer<S>
) -> (SIMD8<S>, SIMD8<S>, SIMD8<S>, SIMD8<S>) {
  let (a, b) = (fourAndFour(l0, l4), fourAndFour(l1, l5))
  let (c, d) = (fourAndFour(l2, l6), fourAndFour(l3, l7))
  let (ab01, ab23) = (firstPairs(a, b), lastPairs(a, b))
  let (cd01, cd23) = (firstPairs(c, d), lastPairs(c, d))
  return (evenPairs(ab01, cd01), oddPairs(ab01, cd01), evenPairs(ab23, cd23), oddPairs(ab23, cd23))
}

/// Eight elements from an address on, which need not be aligned.
@inline(__always)
func loadEight<S: Scalar>(_ pointer: UnsafePointer<S>) -> SIMD8<S> {
  UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<S>.self)
}

/// Writes eight elements to an address that need not be aligned.
@inline(__always)
func storeEight<S: Scalar>(_ vector: SIMD8<S>, _ pointer: UnsafeMutablePointer<S>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: SIMD8<S>.self)
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
private func firstPairs<S: Scalar>(_ a: SIMD8<S>, _ b: SIMD8<S>) -> SIMD8<S> {
  SIMD8(a[0], b[0], a[1], b[1], a[4], b[4], a[5], b[5])
}

/// Of each half the last two elements of both, in turns.
@inline(__always)
private func lastPairs<S: Scalar>(_ a: SIMD8<S>, _ b: SIMD8<S>) -> SIMD8<S> {
  SIMD8(a[2], b[2], a[3], b[3], a[6], b[6], a[7], b[7])
}

/// Of each half the first pair of both.
@inline(__always)
private func evenPairs<S: Scalar>(_ a: SIMD8<S>, _ b: SIMD8<S>) -> SIMD8<S> {
  SIMD8(a[0], a[1], b[0], b[1], a[4], a[5], b[4], b[5])
}

/// Of each half the second pair of both.
@inline(__always)
private func oddPairs<S: Scalar>(_ a: SIMD8<S>, _ b: SIMD8<S>) -> SIMD8<S> {
  SIMD8(a[2], a[3], b[2], b[3], a[6], a[7], b[6], b[7])
}
