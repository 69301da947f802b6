/// How an arm's line looks: a colour that colour-blind readers tell apart, and dashes for those who see none.
struct ArmStyle: Equatable {
  let color: String
  let dashes: [Double]

  /// The colours of Okabe & Ito (2008) that stand out on white, each with its dashes.
  private static let looks: [ArmStyle] = [
    ArmStyle(color: "#d55e00", dashes: []),
    ArmStyle(color: "#0072b2", dashes: [9, 4]),
    ArmStyle(color: "#009e73", dashes: [11, 3, 2.5, 3]),
    ArmStyle(color: "#000000", dashes: [2.5, 3]),
    ArmStyle(color: "#cc79a7", dashes: [5, 2.5]),
    ArmStyle(color: "#e69f00", dashes: [16, 4]),
    ArmStyle(color: "#56b4e9", dashes: [14, 3, 2.5, 3, 2.5, 3]),
  ]

  /// The look that the first arm of each family has, in every picture of every experiment.
  private static let familyLooks = [
    "rotary": 0, "sinusoidal": 1, "learned": 2, "none": 3, "alibi": 4, "relative": 5, "untied": 6,
  ]

  /// The look of the line with a number; after seven they repeat.
  static func look(_ number: Int) -> ArmStyle { looks[number % looks.count] }

  /// The looks of an experiment's arms; no two of the first 49 are the same.
  static func styles(of arms: [Study.Arm]) -> [ArmStyle] {
    var free = Array(looks.indices)
    var result: [ArmStyle?] = arms.map { arm in
      guard let look = familyLooks[arm.position], let i = free.firstIndex(of: look) else { return nil }
      free.remove(at: i)
      return looks[look]
    }
    var spare = 0
    for i in result.indices where result[i] == nil {
      if !free.isEmpty {
        result[i] = looks[free.removeFirst()]
      } else {
        let (color, dashes) = (looks[spare % looks.count], looks[(spare + 1 + spare / looks.count) % looks.count])
        result[i] = ArmStyle(color: color.color, dashes: dashes.dashes)
        spare += 1
      }
    }
    return result.compactMap(\.self)
  }
}
