/// How long something takes, in seconds.
func secondsTaken(by body: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure(body) / .seconds(1)
}

/// What calls return that are made until a time is over, one at least.
func results<Result>(of body: () throws -> Result, for seconds: Double) rethrows -> [Result] {
  let start = ContinuousClock.now
  var results = [try body()]
  while ContinuousClock.now - start < .seconds(seconds) { results.append(try body()) }
  return results
}

/// The middle value, or the mean of the two middle ones.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
