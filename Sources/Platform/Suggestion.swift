/// The name of `candidates` that is nearest to `name` by edit distance, to say "did you mean".
///
/// - Returns: `nil` if nothing is near: more than half of the letters would change.
public func nearestName(to name: String, among candidates: [String]) -> String? {
  let scored = candidates.map { (distance: editDistance(name.lowercased(), $0.lowercased()), name: $0) }
  guard let best = scored.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else { return nil }
  return best.distance <= max(2, max(name.count, best.name.count) / 2) ? best.name : nil
}

/// The number of insertions, deletions and substitutions between two texts (Levenshtein).
private func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b))
  var row = Array(0...b.count)
  for i in a.indices {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let above = row[j + 1]
      row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
      diagonal = above
    }
  }
  return row[b.count]
}
