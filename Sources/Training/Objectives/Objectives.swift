import Formats

/// All objectives: who adds one to `all` can open its checkpoints.
enum Objectives {
  /// Every kind of objective.
  static let all: [any Objective.Type] = [MaskedTokenPrediction.self]

  /// The objective of checkpoints of before objectives had names.
  static let first: any Objective = MaskedTokenPrediction()
}

/// An objective as checkpoints state it: its name, and its settings beside it.
struct StatedObjective: Codable, Equatable {
  let objective: any Objective

  init(_ objective: any Objective) {
    self.objective = objective
  }

  private enum CodingKeys: String, CodingKey {
    case name
  }

  /// A name that is not in the list.
  struct Unknown: Error {
    let name: String
  }

  init(from decoder: any Decoder) throws {
    let name = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .name)
    guard let type = Objectives.all.first(where: { $0.name == name }) else { throw Unknown(name: name) }
    objective = try type.init(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(type(of: objective).name, forKey: .name)
    try objective.encode(to: encoder)
  }

  static func == (a: StatedObjective, b: StatedObjective) -> Bool {
    func isEqual<O: Objective>(_ a: O) -> Bool { b.objective as? O == a }
    return isEqual(a.objective)
  }
}
