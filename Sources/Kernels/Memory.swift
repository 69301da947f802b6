/// Whether a backward kernel overwrites its destination or adds to it; the tape decides, never the kernel.
public enum Accumulation: Sendable {
  /// The destination holds nothing yet.
  case overwrite
  /// The destination holds a gradient already, to be added to.
  case add
}

/// Where a gradient goes, and whether it is overwritten or added to.
public typealias Destination<S: Scalar> = (pointer: UnsafeMutablePointer<S>, accumulation: Accumulation)

/// A vector of elements from memory that need not be aligned.
@inlinable
@inline(__always)
func load<S: Scalar>(_ pointer: UnsafePointer<S>) -> S.Vector {
  UnsafeRawPointer(pointer).loadUnaligned(as: S.Vector.self)
}

/// A vector of elements from memory that need not be aligned.
@inlinable
@inline(__always)
func load<S: Scalar>(_ pointer: UnsafeMutablePointer<S>) -> S.Vector {
  UnsafeRawPointer(pointer).loadUnaligned(as: S.Vector.self)
}

/// Stores a vector of elements into memory that need not be aligned.
@inlinable
@inline(__always)
func store<S: Scalar>(_ vector: S.Vector, _ pointer: UnsafeMutablePointer<S>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: S.Vector.self)
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
