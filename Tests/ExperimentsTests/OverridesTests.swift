import Testing

@testable import Experiments

struct OverridesTests {
  private let file = #"""
    {"name": "x", "corpus": "c.txt", "training": {"steps": 800}, "arms": [
      {"name": "sin", "position": "sinusoidal"}, {"name": "rotary", "position": "rotary", "model": {"theta": 3}},
      {"name": "rotary.half", "position": "rotary"}]}
    """#

  @Test func numbersTextsAndListsAreSet() throws {
    let read = try experiment(
      file, "training.steps=40", "seeds=[0]", "model.layers=3", "corpus=a b=c.txt", "tokenizer.lowercase=false",
      "name=run-7", "description=", "learningRates=[1e-3, 2e-3]", "validation.split=block")
    #expect(read.arms.map(\.training.steps) == [40, 40, 40])
    #expect(read.seeds == [0])
    #expect(read.arms[0].model.layers == 3)
    #expect(read.corpus == "a b=c.txt")
    #expect(read.tokenizer.lowercase == false)
    #expect(read.name == "run-7")
    #expect(read.learningRates == [0.001, 0.002])
    #expect(read.validation.split == .block)
  }

  @Test func armsAreSetByNameOrNumber() throws {
    let read = try experiment(
      file, "arms.rotary.theta=500", "arms.0.scale=learned", "arms.rotary.half.rotaryFraction=0.5",
      "arms.2.training.steps=9")
    #expect(read.arms[0].position == .sinusoidal(.learned))
    #expect(read.arms[1].position == .rotary(.init(theta: 500)))
    #expect(read.arms[2].position == .rotary(.init(fraction: 0.5)))
    #expect(read.arms.map(\.training.steps) == [800, 800, 9])
  }

  @Test func anArmIsReplacedWholeAndKeepsItsName() throws {
    let read = try experiment(file, #"arms.rotary={"position": "none"}"#, #"arms.sin.training={"steps": 7}"#)
    #expect(read.arms.map(\.name) == ["sin", "rotary", "rotary.half"])
    #expect(read.arms[1].position == .none)
    #expect(read.arms.map(\.training.steps) == [7, 800, 800])
    let renamed = try experiment(file, #"arms.rotary={"position": "none", "name": "x"}"#)
    #expect(renamed.arms[1].name == "x")
  }

  /// What is near in letters or in meaning is named; what is not gets no guess.
  @Test(arguments: [
    ("lr", "learningRates"), ("training.lr", "learningRates"), ("training.learning_rate", "learningRates"),
    ("training.seed", "seeds"), ("training.epochs", "training.steps"), ("batch_size", "training.batchSize"),
    ("training.batch", "training.batchSize"), ("model.width", "model.hiddenSize"), ("hidden", "model.hiddenSize"),
    ("model.n_head", "model.heads"), ("model.layer", "model.layers"), ("rope_theta", "model.theta"),
    ("warmup", "training.warmupSteps"), ("trainig", "training"), ("modle.layers", "model.layers"), ("arm", "arms"),
    ("target", "targetLosses"), ("arms.rotary.lr", "learningRates"),
    ("arms.rotary.batch", "batchSize"),
    ("model.causal", nil), ("optimizer", nil), ("q", nil), ("ключ", nil), ("qqqqqqqqqqqqqqqqqq", nil),
    ("arms.rotary.qqqqqqqqqqqqqqqqqqqq", nil), (String(repeating: "k", count: 5000), nil),
  ])
  func anUnknownKeyNamesWhatIsNear(key: String, near: String?) {
    let text = fault(file, key + "=1")
    let end = near.map { " (did you mean \($0)?)" } ?? "; expected a key that `roformer help run` lists"
    #expect(text.hasSuffix(end) && text.count < 250, "\(text)")
  }

  @Test func laterSettingsWin() throws {
    #expect(try experiment(file, "training.steps=1", "training.steps=2").arms[0].training.steps == 2)
    #expect(try experiment(file, #"training={"steps": 5}"#, "training.steps=6").arms[0].training.steps == 6)
  }

  @Test(arguments: [
    ("training.stpes=40", #"unknown key "training.stpes" (did you mean training.steps?)"#),
    ("steps=40", #"unknown key "steps" (did you mean training.steps?)"#),
    (
      "arms.rotray.theta=1",
      #"no arm "rotray" (did you mean rotary?); expected one of sin, rotary, rotary.half, or 0 to 2"#
    ),
    ("arms.3.theta=1", #"no arm "3""#), ("arms.99999999999999999999.theta=1", "no arm"), ("arms.-1=1", "no arm"),
    ("arms.rotary.thta=1", #"unknown key "thta" in arms.rotary (did you mean theta?)"#),
    ("arms.rotary.seeds=1", "arms.rotary.seeds is 1; expected a list of 1 to 1000 values"),
    ("arms.rotary.baselnes=1", #"unknown key "baselnes" in arms.rotary (did you mean baselines?)"#),
    ("stpes=40", #"unknown key "stpes" (did you mean training.steps?)"#),
    (
      "zzzzzzzzzzzzzzzzzzzz=40",
      #"unknown key "zzzzzzzzzzzzzzzzzzzz"; expected a key that `roformer help run` lists"#
    ),
    ("training.steps", "not a setting; expected KEY=VALUE"), ("=3", "not a setting"), ("", "not a setting"),
    ("seeds=[0", "the text ends too soon"), ("training.steps=", #"training.steps is """#),
    ("training.steps=1e400", "training.steps is 1e400; expected a whole number"),
    ("training.steps.more=1", #"unknown key "training.steps.more""#), ("arms=3", "arms is 3; expected a list"),
    ("arms.0=3", "arms.0 is 3; expected an object"), ("arms.rotary=3", "arms.rotary is 3; expected an object"),
    ("arms.rotary.half=[1]", "arms.rotary.half is [1]; expected an object"),
    (#"arms.rotary={"name": 7}"#, "arms.rotary.name is 7; expected at most 80 letters"),
    ("arms.rotary.name=a/b", #"arms.rotary.name is "a/b"; expected at most 80 letters"#),
    ("arms.rotary.training=3", "arms.rotary.training is 3; expected an object"),
    (
      "training.sequenceLength=1000000",
      "arms.sin makes 32000000 tokens a step, from batchSize 32 (default) and sequenceLength 1000000 "
        + "(--set training.sequenceLength=1000000); expected at most 16777216"
    ),
    ("model=x", #"model is "x"; expected an object"#),
  ])
  func faultsNameTheSetting(setting: String, problem: String) {
    let text = fault(file, setting)
    #expect(text.hasPrefix("--set \(setting): \(problem)"), "\(text)")
  }
}
