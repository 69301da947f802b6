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
