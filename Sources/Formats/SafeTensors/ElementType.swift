/// What a tensor of a safetensors file is made of, by the format's own names.
public enum ElementType: String, Sendable, CaseIterable {
  /// IEEE 754 binary64.
  case float64 = "F64"
  /// IEEE 754 binary32.
  case float32 = "F32"
  /// IEEE 754 binary16.
  case float16 = "F16"
  /// The upper half of a binary32.
  case bfloat16 = "BF16"
  /// Signed whole numbers of 64 bits.
  case int64 = "I64"
  /// Signed whole numbers of 32 bits.
  case int32 = "I32"
  /// Signed whole numbers of 16 bits.
  case int16 = "I16"
  /// Signed whole numbers of 8 bits.
  case int8 = "I8"
  /// Whole numbers from 0 of 64 bits.
  case uint64 = "U64"
  /// Whole numbers from 0 of 32 bits.
  case uint32 = "U32"
  /// Whole numbers from 0 of 16 bits.
  case uint16 = "U16"
  /// Whole numbers from 0 of 8 bits.
  case uint8 = "U8"
  /// One byte, 0 or 1.
  case bool = "BOOL"

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Whether weights may be read from it.
  public var isWeight: Bool { Self.weights.contains(self) }
  /// The types that weights may be read from.
  static let weights: [ElementType] = [.float64, .float32, .float16, .bfloat16]

  /// Copies little-endian elements as 32-bit floats: those of 64 bits rounded, ∞ beyond the range; the others exactly.
  ///
  /// - Precondition: this is a type of weights.
  func copy(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutablePointer<Float>) {
    let count = bytes.count / size
    switch self {
    case .float64:
      for i in 0..<count { target[i] = Float(bytes.loadUnaligned(fromByteOffset: 8 * i, as: Double.self)) }
    case .float32:
      // Every processor that the package is built for is little-endian.
      guard let start = bytes.baseAddress else { return }
      UnsafeMutableRawPointer(target).copyMemory(from: start, byteCount: 4 * count)
    case .bfloat16:
      for i in 0..<count {
        let half = bytes.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)
        target[i] = Float(bitPattern: UInt32(half) << 16)
      }
    case .float16:
      for i in 0..<count {
        let half = bytes.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)
        target[i] = Float(Float16(bitPattern: half))
      }
    default: preconditionFailure("ElementType.copy: \(rawValue) is no type of weights")
    }
  }
}
