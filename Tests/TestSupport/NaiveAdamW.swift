import Foundation

extension Naive {
  /// AdamW of one weight over several gradients, by the letter of algorithm 2; returns weight and moments.
  public static func adamW(
    weight: Double, gradients: [Double], learningRate: Double, beta1: Double, beta2: Double, epsilon: Double,
    weightDecay: Double, isCorrected: Bool
  ) -> (weight: Double, first: Double, second: Double) {
    var weight = weight
    var first = 0.0
    var second = 0.0
    for (i, gradient) in gradients.enumerated() {
      first = beta1 * first + (1 - beta1) * gradient
      second = beta2 * second + (1 - beta2) * gradient * gradient
      let meanHat = isCorrected ? first / (1 - pow(beta1, Double(i + 1))) : first
      let squareHat = isCorrected ? second / (1 - pow(beta2, Double(i + 1))) : second
      weight -= learningRate * (meanHat / (squareHat.squareRoot() + epsilon) + weightDecay * weight)
    }
    return (weight, first, second)
  }
}
