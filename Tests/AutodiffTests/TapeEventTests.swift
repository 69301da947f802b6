import Testing

@testable import Autodiff

struct TapeEventTests {
  private final class Log {
    var events: [TapeEvent] = []
  }

  @Test func observersAreToldOfBothPassesInTheirOrder() {
    let log = Log()
    let tape = Tape<Float> { log.events.append($0) }
    let x = tape.variable(Tensor([1, 2, 3], shape: [1, 3]))
    let weight = tape.variable(Tensor(repeating: 0.5, shape: [2, 3]), group: "first")
    let bias = tape.variable(Tensor([1, 2]), group: "second")
    let y = x.linear(weight: weight, bias: bias)
    #expect(log.events == [TapeEvent(operation: "linear", group: "second", pass: .forward)])
    let loss = y.tanh().sum()
    _ = tape.gradients(of: loss)
    #expect(
      log.events.dropFirst() == [
        TapeEvent(operation: "tanh", group: nil, pass: .forward),
        TapeEvent(operation: "sum", group: nil, pass: .forward),
        TapeEvent(operation: "sum", group: nil, pass: .backward),
        TapeEvent(operation: "tanh", group: nil, pass: .backward),
        TapeEvent(operation: "linear", group: "second", pass: .backward),
      ])
  }

  @Test func whatIsNotOnTheTapeOrDoesNotMatterIsNotTold() {
    let log = Log()
    let tape = Tape<Double> { log.events.append($0) }
    let (x, constant) = (tape.variable(Tensor([1])), Tensor<Double>([2]))
    _ = constant.exp()
    #expect(log.events.isEmpty)
    let unused = x.exp()
    _ = tape.gradients(of: x.tanh())
    #expect(log.events.map(\.operation) == ["exp", "tanh", "tanh"])
    #expect(unused.count == 1)
  }

  @Test func anObserverDoesNotKeepItsTape() {
    let log = Log()
    weak var tape: Tape<Float>?
    do {
      let strong = Tape<Float> { log.events.append($0) }
      tape = strong
      _ = strong.gradients(of: strong.variable(Tensor([1])).exp())
    }
    #expect(log.events.count == 2)
    #expect(tape == nil)
  }
}
