import Formats
import Platform

/// What decides the numbers of one run, key by key: two runs that agree in all of it are the same run.
///
/// Which other runs an experiment has decides nothing here, and neither do its baseline and its target losses: those
/// belong to the report. So an experiment grows by new runs, and what has been trained stays.
struct CellIdentity {
  /// A key that has a say, under the name by which a message tells it, with its value.
  struct Entry {
    let key: String
    let name: String
    let value: JSONValue
  }

  /// What the experiment file says, in the schema's order.
  private let entries: [Entry]

  /// What the cells of an arm are trained with, learning rate and seed apart, which are in a run's name.
  ///
  /// It is `nil` if the experiment has no such arm.
  ///
  /// - Parameters:
  ///   - arm: its name.
  ///   - experiment: the experiment that has it.
  init?(ofArm arm: String, in experiment: Experiment) {
    let tree = experiment.resolved
    guard let own = tree["arms"]?.list?.first(where: { $0["name"]?.text == arm }) else { return nil }
    let armPath = "arms.\(arm)"
    var entries: [Entry] = []
    for key in Schema.keys where key.decidesNumbers {
      let value: JSONValue?
      var name = key.path
      if key.isInArms, let said = own[key.name] {
        (value, name) = (said, "\(armPath).\(key.name)")
      } else if ArmReader.allParameters.contains(key.name) || key.name == "position" {
        // An arm says its position encoding and what that heeds; what `model` says of another encoding has no effect.
        value = nil
      } else {
        value = key.section == .experiment ? tree[key.name] : tree[key.section.rawValue]?[key.name]
      }
      guard let value, value.content != .null else { continue }
      entries.append(Entry(key: key.path, name: name, value: value))
    }
    self.entries = entries
  }

  /// The first difference to what a run was trained with, in words: what it was there and is here.
  ///
  /// - Parameters:
  ///   - stored: what the run was trained with.
  ///   - isSameText: whether the text is known to be the same, wherever it lies.
  /// - Returns: `nil` if there is none.
  func difference(from stored: CellIdentity, isSameText: Bool) -> String? {
    let there = Dictionary(uniqueKeysWithValues: stored.entries.map { ($0.key, $0) })
    let here = Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0) })
    for entry in entries + stored.entries where there[entry.key]?.value != here[entry.key]?.value {
      if isSameText, entry.key == "corpus" { continue }
      // The name that says more: the one in the arm, if either side has the key there.
      let names = [here[entry.key]?.name, there[entry.key]?.name].compactMap(\.self)
      let name = names.first { $0.hasPrefix("arms.") } ?? names[0]
      return Self.text(name, there[entry.key]?.value, here[entry.key]?.value)
    }
    return nil
  }

  /// A difference in words.
  static func text(_ name: String, _ there: JSONValue?, _ here: JSONValue?) -> String {
    "\(name) is \(there?.excerpt ?? "not given") there and \(here?.excerpt ?? "not given") here"
  }
}
