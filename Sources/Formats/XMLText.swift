extension String {
  /// The text with XML's special characters as entities, and blanks for those that XML cannot hold.
  public var escapedForXML: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case _ where scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
