import Platform
import Testing

struct CountedNounTests {
  @Test func oneIsSingular() {
    #expect(
      [0, 1, 2, -1].map { $0.counted("learning rate") } == [
        "0 learning rates", "1 learning rate", "2 learning rates", "-1 learning rates",
      ])
  }
}
