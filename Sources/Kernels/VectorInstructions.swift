import Builtin

// Instructions on whole vectors of `Float` by the compiler's own names: what the standard library writes lane by lane, the
// compiler puts together again, but not everywhere, and some have no name in Swift at all.

#if X86_64_V4
  /// a · b + c of each lane, rounded once.
  @inlinable @inline(always)
  func fma(_ a: FloatVector, _ b: FloatVector, _ c: FloatVector) -> FloatVector {
    unsafeBitCast(Builtin.int_fma_Vec16xFPIEEE32(builtin(a), builtin(b), builtin(c)), to: FloatVector.self)
  }

  /// For each lane the element of a table of sixteen that the low four bits of the index number.
  @inlinable @inline(always)
  func element(of table: FloatVector, _ index: IntegerVector) -> FloatVector {
    unsafeBitCast(
      Builtin.int_x86_avx512_permvar_sf_512(builtin(table), unsafeBitCast(index, to: Int32.SIMD16Storage.self)._value),
      to: FloatVector.self)
  }

  @inlinable @inline(always)
  func builtin(_ x: FloatVector) -> Builtin.Vec16xFPIEEE32 {
    unsafeBitCast(x, to: Float.SIMD16Storage.self)._value
  }
#elseif arch(x86_64)
  /// a · b + c of each lane, rounded once.
  @inlinable @inline(always)
  func fma(_ a: FloatVector, _ b: FloatVector, _ c: FloatVector) -> FloatVector {
    unsafeBitCast(Builtin.int_fma_Vec8xFPIEEE32(builtin(a), builtin(b), builtin(c)), to: FloatVector.self)
  }

  #if X86_64_V3
    /// For each lane the element of a table of eight that the low three bits of the index number.
    @inlinable @inline(always)
    func element(of table: FloatVector, _ index: IntegerVector) -> FloatVector {
      unsafeBitCast(
        Builtin.int_x86_avx2_permps(builtin(table), unsafeBitCast(index, to: Int32.SIMD8Storage.self)._value),
        to: FloatVector.self)
    }
  #endif

  @inlinable @inline(always)
  func builtin(_ x: FloatVector) -> Builtin.Vec8xFPIEEE32 {
    unsafeBitCast(x, to: Float.SIMD8Storage.self)._value
  }
#else
  /// a · b + c of each lane, rounded once.
  @inlinable @inline(always)
  func fma(_ a: FloatVector, _ b: FloatVector, _ c: FloatVector) -> FloatVector {
    unsafeBitCast(Builtin.int_fma_Vec4xFPIEEE32(builtin(a), builtin(b), builtin(c)), to: FloatVector.self)
  }

  @inlinable @inline(always)
  func builtin(_ x: FloatVector) -> Builtin.Vec4xFPIEEE32 {
    unsafeBitCast(x, to: Float.SIMD4Storage.self)._value
  }
#endif

/// A step of a polynomial by Horner's rule: a · b + c of each lane, rounded once.
@inlinable @inline(always)
func fma(_ a: FloatVector, _ b: FloatVector, _ c: Float) -> FloatVector {
  fma(a, b, FloatVector(repeating: c))
}

/// Keeps what is read before it from being read after it, and the other way round; no instruction.
@inline(__always)
func keepOrder() { Builtin.fence_acqrel_singlethread() }
