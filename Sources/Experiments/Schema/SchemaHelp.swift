import Models

/// The keys of an experiment file, for people.
public enum SchemaHelp {
  /// Every key with what it may hold, its default and its meaning; from the table that also checks files.
  public static var text: String {
    let usual = PositionFamily.usual.rawValue
    var lines = [
      "Keys of an experiment file (JSON), and of --set KEY=VALUE:", "",
      "  arms: the list of what is compared. Each arm has a name, a position, and any key of model and",
      "    training that is to differ, as in {\"name\": \"\(usual)\", \"position\": \"\(usual)\", \"theta\": 500}.",
      "    --set names an arm by its name or number: arms.\(usual).theta=500, arms.0.scale=learned",
    ]
    for key in Schema.keys {
      let standard =
        switch key.standard {
        case .required: "must be given"
        case .value(let value): "default \(value.excerpt)"
        case .derived(let words): "default: \(words)"
        }
      lines += ["  \(key.path): \(key.summary)", "    \(key.type.summary); \(standard)"]
    }
    return lines.joined(separator: "\n")
  }
}
