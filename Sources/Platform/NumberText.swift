import Foundation

/// Numbers for readers, never localized.
extension Double {
  /// The number with some digits after the point.
  package func formatted(decimals: Int) -> String {
    String(format: "%.\(decimals)f", locale: Locale(identifier: "en_US_POSIX"), self)
  }

  /// A count with a prefix of the SI, to three significant digits: `1.23M`.
  package var countText: String {
    guard isFinite else { return description }
    let units = ["", "k", "M", "G", "T", "P", "E"]
    var (value, unit) = (self, 0)
    while abs(value) >= 999.5, unit + 1 < units.count {
      value /= 1000
      unit += 1
    }
    let digits = unit == 0 || abs(value) >= 99.95 ? 0 : abs(value) >= 9.995 ? 1 : 2
    return value.formatted(decimals: digits) + units[unit]
  }

  /// A time in seconds: `43 s`, `12 min 5 s`, `3 h 20 min`.
  public var durationText: String {
    guard isFinite, self >= 0, self < 1e9 else { return "?" }
    let seconds = Int(rounded())
    switch seconds {
    case ..<60: return self < 10 ? "\(formatted(decimals: 1)) s" : "\(seconds) s"
    case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
    case ..<86400: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    default: return "\(seconds / 86400) d \(seconds % 86400 / 3600) h"
    }
  }
}
