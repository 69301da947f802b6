import Foundation

extension Double {
  /// The number with some significant digits, never localized; large ones with a suffix-free exponent as in `1.2e+09`.
  func formatted(significantDigits: Int) -> String {
    String(format: "%.\(significantDigits)g", locale: Locale(identifier: "en_US_POSIX"), self)
  }

  /// The number with some digits after the point, never localized.
  func formatted(decimals: Int) -> String {
    String(format: "%.\(decimals)f", locale: Locale(identifier: "en_US_POSIX"), self)
  }
}
