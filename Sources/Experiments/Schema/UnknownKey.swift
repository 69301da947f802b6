import Formats
import Platform

extension Schema {
  /// An error for a key that the schema does not have, naming the nearest that it has.
  ///
  /// - Parameters:
  ///   - name: the key as it stands in its object.
  ///   - object: what the object is called, such as `training`; empty for the experiment itself.
  ///   - candidates: the keys that the object may have.
  ///   - place: where the key stands.
  /// - Returns: the error.
  static func unknownKey(
    _ name: String, in object: String, among candidates: [String], at place: JSONValue.Place
  ) -> InputError {
    let shown = JSONValue(name).excerpt
    let problem = object.isEmpty ? "unknown key \(shown)" : "unknown key \(shown) in \(object)"
    let nearest = nearestKey(to: name, in: object, among: candidates)
    if nearest.isNear { return InputError(at: place.description, "\(problem) (did you mean \(nearest.shown)?)") }
    return InputError(
      at: place.description, problem,
      expected: "a key that `roformer help run` lists, of which \(nearest.shown) is the nearest")
  }

  /// The candidate nearest to a name, or a key of another object if its own name is nearer still.
  private static func nearestKey(
    to name: String, in object: String, among candidates: [String]
  ) -> (shown: String, isNear: Bool) {
    func shown(_ key: SchemaKey) -> String {
      key.section == .experiment && !object.isEmpty ? "the experiment's \(key.name)" : key.path
    }
    let last = name.split(separator: ".").last.map(String.init) ?? name
    // A dotted path as a key of a file is a key that there is, in the wrong form: its section is what it wants.
    let others = keys.filter { !candidates.contains($0.name) && !(object.isEmpty && $0.path == name) }
    if let elsewhere = others.first(where: { $0.name == last }) { return (shown(elsewhere), true) }
    let all = candidates.map { ($0, $0) } + others.map { ($0.name, shown($0)) }
    guard let nearest = nearestCandidate(to: name, among: all) else {
      preconditionFailure("unknownKey: \(object) has no keys")
    }
    return nearest
  }
}
