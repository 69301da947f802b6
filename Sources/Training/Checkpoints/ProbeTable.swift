import Curves

/// What probes found as rows of a checkpoint's tensor `probes`: step, number of the probe, layer, head, value.
///
/// A layer or a head that a value does not have is −1.
struct ProbeTable {
  /// Numbers in a row.
  static let columnCount = 5

  /// The probes' names, by number.
  let names: [String]
  /// What was found, by step.
  let readings: [ProbeReading]

  /// The table of some readings.
  init(_ readings: [ProbeReading]) {
    names = readings.flatMap(\.values).reduce(into: []) { if !$0.contains($1.probe) { $0.append($1.probe) } }
    self.readings = readings
  }

  /// The table of a file; `nil` if it is none.
  init?(names: [String], numbers: [Double]) {
    var readings: [ProbeReading] = []
    for start in stride(from: 0, to: numbers.count - numbers.count % Self.columnCount, by: Self.columnCount) {
      let row = numbers[start..<start + Self.columnCount].map { $0 }
      guard let step = Int(exactly: row[0]), let number = Int(exactly: row[1]), names.indices.contains(number),
        let layer = Int(exactly: row[2]), let head = Int(exactly: row[3]), step >= 0, layer >= -1, head >= -1,
        readings.last.map({ $0.step <= step }) ?? true
      else { return nil }
      if readings.last?.step != step { readings.append(ProbeReading(step: step, values: [])) }
      readings[readings.count - 1].values.append(
        ProbeValue(
          probe: names[number], layer: layer < 0 ? nil : layer, head: head < 0 ? nil : head, value: row[4]))
    }
    (self.names, self.readings) = (names, readings)
  }

  /// The rows, one after another.
  var numbers: [Double] {
    readings.flatMap { reading in
      reading.values.flatMap { found in
        [
          Double(reading.step), Double(names.firstIndex(of: found.probe)!), Double(found.layer ?? -1),
          Double(found.head ?? -1), found.value,
        ]
      }
    }
  }
}
