/// How an arm's line looks: a colour that colour-blind readers tell apart, and dashes for those who see none.
struct ArmStyle {
  let color: String
  let dashes: [Double]

  /// The colours of Okabe & Ito (2008) that stand out on white, strongest contrasts first.
  private static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]
  private static let dashes: [[Double]] = [[], [9, 4], [2.5, 3], [11, 3, 2.5, 3], [5, 2], [14, 5], [2, 6]]

  /// The look of the arm of a number; no two of the first 49 look the same.
  init(index: Int) {
    let count = Self.colors.count
    color = Self.colors[index % count]
    dashes = Self.dashes[(index + index / count) % count]
  }
}
