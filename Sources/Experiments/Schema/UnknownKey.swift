import Platform

extension Schema {
  /// An error for a key that the schema does not have, naming the nearest that it has.
  ///
  /// - Parameters:
  ///   - name: the key as it stands in its object.
  ///   - object: what the object is called, such as `training`.
  ///   - candidates: the keys that the object may have.
  ///   - place: where the key stands.
  /// - Returns: the error.
  static func unknownKey(
    _ name: String, in object: String, among candidates: [String], at place: JSONValue.Place
  ) -> InputError {
    let shown = JSONValue(name).excerpt
    let problem = object.isEmpty ? "unknown key \(shown)" : "unknown key \(shown) in \(object)"
    if let near = nearestKey(to: name, among: candidates) {
      return InputError(at: place.description, "\(problem) (did you mean \(near)?)")
    }
    return InputError(at: place.description, problem, expected: "one of " + candidates.joined(separator: ", "))
  }

  /// The candidate nearest to a name; failing that, a key of that very name in another object.
  private static func nearestKey(to name: String, among candidates: [String]) -> String? {
    // Edit distance costs the product of the lengths; no key is this long.
    guard name.count <= 100 else { return nil }
    let last = name.split(separator: ".").last.map(String.init) ?? name
    if let elsewhere = keys.first(where: { $0.name == last && $0.path != name }) { return elsewhere.path }
    return nearestName(to: name, among: candidates)
  }
}
