import Foundation
import Kernels

/// The slow twins of the kernels: plain loops in `Double`, one formula each, no thought of speed.
public enum Naive {
  /// ½x(1 + erf(x/√2)).
  public static func gelu(_ x: Double) -> Double { 0.5 * x * erfc(-x / 2.0.squareRoot()) }

  /// Φ(x) + x·φ(x).
  public static func geluDerivative(_ x: Double) -> Double {
    0.5 * erfc(-x / 2.0.squareRoot()) + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot()
  }

  /// ½x(1 + tanh(√(2/π)·(x + 0.044715x³))).
  public static func geluTanh(_ x: Double) -> Double {
    // 1 + tanh u is 2/(1 + e^(−2u)), which has digits where tanh u is near −1.
    x / (1 + exp(-2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
  }

  /// The slope of `geluTanh`, by the rule for products.
  public static func geluTanhDerivative(_ x: Double) -> Double {
    let factor = (2 / Double.pi).squareRoot()
    let u = factor * (x + 0.044715 * x * x * x)
    return 0.5 * (1 + tanh(u)) + 0.5 * x / (cosh(u) * cosh(u)) * factor * (1 + 3 * 0.044715 * x * x)
  }

  /// x/(1 + e⁻ˣ).
  public static func silu(_ x: Double) -> Double { x / (1 + exp(-x)) }

  /// The slope of `silu`, by the rule for quotients.
  public static func siluDerivative(_ x: Double) -> Double { (1 + exp(-x) + x * exp(-x)) / pow(1 + exp(-x), 2) }

  /// max(x, 0).
  public static func relu(_ x: Double) -> Double { max(x, 0) }

  /// 1 above 0, else 0.
  public static func reluDerivative(_ x: Double) -> Double { x > 0 ? 1 : 0 }

  /// 2/√π · e^(−x²).
  public static func erfDerivative(_ x: Double) -> Double { 2 / Double.pi.squareRoot() * exp(-x * x) }

  /// `a op b`.
  public static func apply(_ operation: BinaryOperation, _ a: Double, _ b: Double) -> Double {
    switch operation {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    }
  }
}
