/// Worked examples for `help run`.
struct RunExample: Sendable {
  /// The words after `roformer`.
  let words: [String]
  /// What the command does.
  let effect: String

  /// The command as it is typed in a shell.
  private var line: String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._=-")
    return (["roformer"] + words.map { $0.allSatisfy(plain.contains) ? $0 : "'\($0)'" }).joined(separator: " ")
  }

  static let all = [
    RunExample(
      words: ["run", "experiments/quickstart.json"],
      effect: "trains into results/quickstart and prints the report; given again, it goes on where it stopped"),
    RunExample(
      words: ["run", "experiments/quickstart.json", "--set", "seeds=[0,1,2,3,4]"],
      effect: "trains two more seeds of each arm; the runs that are there stay and count"),
    RunExample(
      words: ["run", "experiments/quickstart.json", "--set", "targetLosses=[3.4]"],
      effect: "trains nothing that is there, and reports on another held-out loss"),
    RunExample(
      words: [
        "run", "experiments/quickstart.json", "--set", "learningRates=[0.0005,0.001,0.002]", "--out", "results/rates",
      ],
      effect: "trains each arm at three rates and compares all at the same rate, and each at its best"),
    RunExample(
      words: ["run", "experiments/real-text.json", "--set", "corpus=data/toy.txt", "--set", "training.steps=200"],
      effect: "learns from a text of your own: a UTF-8 file in the place of data/toy.txt"),
    RunExample(
      words: ["run", "experiments/quickstart.json", "--set", "arms.1.theta=500", "--out", "results/theta"],
      effect: "changes a key of one arm, the second; other numbers want another folder"),
    RunExample(
      words: ["run", "experiments/quickstart.json", "--only", "3", "--threads", "4", "--out", "results/cells"],
      effect: "trains one run alone, as a job of an array does; --count prints how many there are"),
  ]

  /// All of them, and what the report says of rates.
  static var text: String {
    """
    Examples:

    \(all.map { "  \($0.line)\n    \($0.effect)" }.joined(separator: "\n"))

    Of several learning rates, an arm's best is the one at which the most seeds reach the middle target, then the one
    with the lowest mean logarithm of the steps to it, then the one with the lowest mean held-out loss at the end. The
    same runs choose the rate and are reported, so that it looks a little better than on new seeds. With `selection` the
    rates are chosen first, on seeds of their own; --stage and --only then name a stage and a cell of it.

    Runs are compared one by one with what the folder holds. Seeds, arms, learning rates and targets may be added or left
    out; what is left out stays in its folder. A run that would get other numbers is refused: --out names another folder.
    """
  }
}
