/// The name of `candidates` that is nearest to `name` by edit distance, to say "did you mean".
///
/// - Returns: `nil` if nothing is near: more than half of the letters would change.
public func nearestName(to name: String, among candidates: [String]) -> String? {
  nearestCandidate(to: name, among: candidates.map { ($0, $0) }).flatMap { $0.isNear ? $0.shown : nil }
}

/// The candidate that is nearest to a name by edit distance, however far.
///
/// - Parameters:
///   - name: what was typed; its first hundred letters count, as time goes with the product of the lengths.
///   - candidates: what may have been meant, and how that is shown.
/// - Returns: how the nearest one is shown, and whether at most half of the letters would change; `nil` without
///   candidates.
public func nearestCandidate(
  to name: String, among candidates: [(text: String, shown: String)]
) -> (shown: String, isNear: Bool)? {
  let name = name.prefix(100).lowercased()
  let scored = candidates.map { (distance: editDistance(name, $0.text.lowercased()), candidate: $0) }
  let nearest = scored.min { ($0.distance, $0.candidate.shown) < ($1.distance, $1.candidate.shown) }
  return nearest.map { distance, candidate in
    (candidate.shown, distance <= max(2, max(name.count, candidate.text.count) / 2))
  }
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
