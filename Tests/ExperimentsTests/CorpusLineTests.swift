import TestSupport
import Testing
import Text

@testable import Experiments

struct CorpusLineTests {
  @Test(arguments: [
    (3000, 3000, [4.34], "3000 documents to train on, all different; a run sees each token 4.3 times"),
    (
      3000, 40, [4.34, 120.4],
      "3000 documents to train on, 40 of them different; a run sees each token 4.3 to 120 times"
    ),
    (1, 1, [0.0512], "1 document to train on; a run sees each token 0.051 times"),
  ])
  func saysWhatIsRepeated(all: Int, distinct: Int, passes: [Double], expected: String) {
    let line = CorpusLine(
      path: "c.txt", tokens: (500, 60), vocabularySize: 70, documents: (all, distinct), passes: passes)
    #expect(
      line.description == "corpus: c.txt, 500 tokens to train on, 60 held out, vocabulary 70; " + expected)
  }
}
