/// The name of `candidates` that is near to `name`, to say "did you mean".
///
/// - Parameters:
///   - name: what was typed.
///   - candidates: what there is.
///   - meanings: other words for candidates, each with the candidate that it means.
/// - Returns: `nil` if nothing is near.
public func nearestName(
  to name: String, among candidates: [String], meanings: KeyValuePairs<String, String> = [:]
) -> String? {
  let all = candidates.map { ($0, $0) } + meanings.map { ($0.key, $0.value) }
  return nearestCandidate(to: name, among: all.map { (text: $0.0, shown: $0.1, handicap: 0) })
}

/// The candidate that is near to a name.
///
/// - Parameters:
///   - name: what was typed.
///   - candidates: what may have been meant, how that is shown, and how many letters farther than it is it counts.
/// - Returns: how the nearest one is shown; `nil` if none is near.
public func nearestCandidate(
  to name: String, among candidates: [(text: String, shown: String, handicap: Double)]
) -> String? {
  let near = candidates.compactMap { candidate in
    distance(of: name, from: candidate.text).map { (distance: $0 + candidate.handicap, candidate: candidate) }
  }
  return near.min { ($0.distance, $0.candidate.shown) < ($1.distance, $1.candidate.shown) }?.candidate.shown
}

/// How far a name is from another one, in letters; capitals, hyphens and underscores do not count.
///
/// Near is what a third of the letters at most tell apart, and what begins the other: `batch` and `batchSize`.
///
/// - Returns: `nil` if it is not near.
private func distance(of name: String, from other: String) -> Double? {
  // Time goes with the product of the lengths.
  func letters(_ text: String) -> [Character] { text.prefix(100).lowercased().filter { $0 != "_" && $0 != "-" } }
  let (a, b) = (letters(name), letters(other))
  let edits = editDistance(a, b)
  if edits == 0 || edits <= max(a.count, b.count) / 3 { return Double(edits) }
  return a.count >= 3 && b.starts(with: a) ? 1.5 : nil
}

/// The number of insertions, deletions, substitutions and exchanges of neighbours between two texts (optimal string
/// alignment).
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var (before, row) = ([Int](), Array(0...b.count))
  for i in a.indices {
    var next = [i + 1]
    for j in b.indices {
      var least = min(row[j + 1] + 1, next[j] + 1, row[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, before[j - 1] + 1) }
      next.append(least)
    }
    (before, row) = (row, next)
  }
  return row[b.count]
}
