/// The columns of numbers that curves consist of, each kept once, in a form that is short and quick to read.
///
/// A column is written as whole numbers of a small unit, each the difference from the one before, since the steps,
/// tokens and seconds of neighbours lie close together. `null` stands for a number that is not finite, or too large to be
/// drawn. Runs that validate at the same steps share a column.
struct PageColumns {
  /// How many units a step, a token, a second or a nat has, or whatever a column counts.
  enum Unit: Int {
    /// For what is counted.
    case whole = 1
    /// For seconds.
    case hundredth = 100
    /// For losses and shares.
    case hundredThousandth = 100_000
  }

  /// The columns as JSON, in the order in which they came.
  private(set) var texts: [String] = []
  private var places: [String: Int] = [:]

  /// Adds a column, unless it is there.
  ///
  /// - Returns: its number.
  mutating func place(of values: [Double], in unit: Unit) -> Int {
    let text = "{\"perUnit\":\(unit.rawValue),\"differences\":[\(Self.differences(values, in: unit))]}"
    if let place = places[text] { return place }
    places[text] = texts.count
    texts.append(text)
    return texts.count - 1
  }

  private static func differences(_ values: [Double], in unit: Unit) -> String {
    var (text, last) = ("", 0)
    for value in values {
      let scaled = (value * Double(unit.rawValue)).rounded()
      if !text.isEmpty { text += "," }
      // JavaScript adds whole numbers exactly up to 2^53. NaN is not below the limit either.
      if abs(scaled) < 0x1p52 {
        text += String(Int(scaled) - last)
        last = Int(scaled)
      } else {
        text += "null"
      }
    }
    return text
  }
}
