extension String {
  /// The text in quotation marks as JSON writes it, control characters escaped.
  public var quoted: String {
    var result = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.properties.generalCategory == .control:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension StringProtocol {
  /// Whether two texts are equal byte by byte.
  ///
  /// Swift's `==` compares up to canonical equivalence: other bytes may be equal, and a run of n combining marks takes
  /// time that goes with n².
  public func hasSameBytes(as other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension Double {
  /// The shortest text that reads back as the same number, whole numbers without a fraction; never localized.
  public var shortText: String {
    if self == rounded(), abs(self) < 1e15, self != 0 || sign == .plus { return String(Int(self)) }
    return description
  }
}
