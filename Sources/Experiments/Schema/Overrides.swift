import Formats
import Platform

/// Settings from the command line, `KEY=VALUE`, put into an experiment's tree before it is checked.
enum Overrides {
  /// The tree with one key set.
  ///
  /// - Parameters:
  ///   - setting: `KEY=VALUE`. KEY is a dotted key of the schema, whether or not the file has it; arms by name or
  ///     number (`arms.NAME.theta`, `arms.0.scale`). VALUE is JSON, or else a string.
  ///   - tree: the experiment file's value.
  /// - Returns: the tree, other keys as they were.
  /// - Throws: `InputError` for an unknown key, naming the nearest.
  static func apply(_ setting: String, to tree: JSONValue) throws -> JSONValue {
    let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let shown = setting.count > 60 ? setting.prefix(57) + "…" : setting
    let place = JSONValue.Place(source: "--set \(shown)", line: nil)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw InputError(at: place.description, "not a setting", expected: "KEY=VALUE, such as training.steps=40")
    }
    let (key, text) = (parts[0], parts[1])
    var tree = tree
    if key == "arms" || key.hasPrefix("arms.") {
      try setArms(&tree, path: key.dropFirst("arms.".count), text, at: place)
    } else if let found = Schema.keys.first(where: { $0.path == key }) {
      try set(found, in: &tree, to: value(text, for: found.type, at: place))
    } else if Schema.sections.contains(where: { $0.rawValue == key }) {
      tree.set(key, to: try value(text, for: nil, at: place))
    } else {
      let known = Schema.keys.map(\.path) + Schema.sections.map(\.rawValue) + ["arms"]
      throw Schema.unknownKey(key, in: "", among: known, at: place)
    }
    return tree
  }

  private static func set(_ key: SchemaKey, in tree: inout JSONValue, to value: JSONValue) throws {
    guard key.section != .experiment else { return tree.set(key.name, to: value) }
    var section = tree[key.section.rawValue] ?? JSONValue(.object([]), at: value.place)
    guard section.members != nil else { throw notAnObject(key.section.rawValue, section) }
    section.set(key.name, to: value)
    tree.set(key.section.rawValue, to: section)
  }

  /// Sets all arms, one arm, or a key of one arm.
  private static func setArms(
    _ tree: inout JSONValue, path: Substring, _ text: String, at place: JSONValue.Place
  ) throws {
    guard !path.isEmpty else { return tree.set("arms", to: try value(text, for: nil, at: place)) }
    guard let arms = tree["arms"], var list = arms.list else {
      throw InputError(at: place.description, "the experiment has no list of arms", expected: "arms in the file")
    }
    let names = list.map { $0["name"]?.text }
    // A name may hold dots; the longest that fits is meant.
    let named = names.indices.filter { i in
      names[i].map { path == $0 || path.hasPrefix($0 + ".") } ?? false
    }.max { names[$0]!.count < names[$1]!.count }
    let first = path.prefix { $0 != "." }
    guard let index = named ?? Int(first), list.indices.contains(index) else {
      let known = names.compactMap { $0 }
      let near = nearestName(to: String(first), among: known).map { " (did you mean \($0)?)" } ?? ""
      let numbers = list.isEmpty ? "" : ", or 0 to \(list.count - 1)"
      throw InputError(
        at: place.description, "no arm \(JSONValue(String(first)).excerpt)\(near)",
        expected: "one of " + known.joined(separator: ", ") + numbers)
    }
    let typed = path.prefix(named == nil ? first.count : names[index]!.count)
    let key = path.dropFirst(typed.count).dropFirst()
    // Faults are told here, where it is known how the arm was called, and not by the number that the reader gives it.
    let called = "arms.\(typed)"
    if key.isEmpty {
      list[index] = try arm(text, called: called, name: names[index], at: place)
    } else {
      try setArm(&list[index], called: called, key: String(key), text, at: place)
    }
    tree.set("arms", to: JSONValue(.list(list), at: arms.place))
  }

  /// A whole arm, which keeps its name unless it is given another.
  private static func arm(_ text: String, called: String, name: String?, at place: JSONValue.Place) throws -> JSONValue
  {
    var arm = try value(text, for: nil, at: place)
    guard arm.members != nil else { throw notAnObject(called, arm) }
    if let given = arm["name"] {
      _ = try ValueType.name.checked(given, path: "\(called).name")
    } else if let name {
      arm.set("name", to: JSONValue(.text(name), at: place))
    }
    return arm
  }

  private static func setArm(
    _ arm: inout JSONValue, called: String, key: String, _ text: String, at place: JSONValue.Place
  ) throws {
    guard arm.members != nil else { throw notAnObject(called, arm) }
    if key == "name" {
      let name = try value(text, for: .name, at: place)
      return arm.set(key, to: try ValueType.name.checked(name, path: "\(called).name"))
    }
    if [SchemaKey.Section.model, .training, .masking].contains(where: { $0.rawValue == key }) {
      return arm.set(key, to: try value(text, for: nil, at: place))
    }
    guard let found = Schema.keys.first(where: { $0.isInArms && ($0.name == key || $0.path == key) }) else {
      throw Schema.unknownKey(key, in: called, among: ExperimentReader.armKeys, at: place)
    }
    let value = try value(text, for: found.type, at: place)
    // The file may have the key flat or nested; giving it in both ways is an error there.
    if var section = arm[found.section.rawValue], section.members?.contains(where: { $0.key == found.name }) == true {
      section.set(found.name, to: value)
      arm.set(found.section.rawValue, to: section)
    } else {
      arm.set(found.name, to: value)
    }
  }

  /// The value that a text means: JSON, or else a string.
  ///
  /// A key that holds text takes any other scalar as it is written.
  private static func value(_ text: String, for type: ValueType?, at place: JSONValue.Place) throws -> JSONValue {
    let parsed: JSONValue
    do {
      parsed = try JSONValue.parse(text, source: place.source, hasLines: false)
    } catch {
      // Text that opens like a list or an object was meant as JSON: its fault is worth telling.
      if let first = text.first(where: { !$0.isWhitespace }), "[{".contains(first) { throw error }
      return JSONValue(.text(text), at: place)
    }
    switch (type, parsed.content) {
    case (.text, .number), (.text, .flag), (.prose, .number), (.prose, .flag), (.name, .number), (.name, .flag):
      return JSONValue(.text(text), at: place)
    default: return parsed
    }
  }

  private static func notAnObject(_ path: String, _ value: JSONValue) -> InputError {
    InputError(at: value.place.description, "\(path) is \(value.excerpt)", expected: "an object")
  }
}
