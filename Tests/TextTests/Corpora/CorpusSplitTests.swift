import Platform
import Testing

@testable import Text

@Suite struct CorpusSplitTests {
  /// Documents 0 to 199, every third one written twice, the second time in capitals and spaced out.
  static let corpus = Result {
    let texts = (0..<200).flatMap { i in
      ["document number \(i) ends"] + (i % 3 == 0 ? ["DOCUMENT  number\n\(i) ends"] : [])
    }
    return try Corpus(text: texts.joined(separator: "\n\n"))
  }

  static func key(_ document: String) -> String {
    document.lowercased().split { $0.isWhitespace }.joined(separator: " ")
  }

  @Test func randomDocumentsAreHeldOutWhole() throws {
    let corpus = try Self.corpus.get()
    let (training, validation) = try corpus.splitTexts(validationFraction: 0.1, contiguous: false, seed: 1)
    #expect(training.count + validation.count == corpus.documents.count)
    #expect(Set(training + validation) == Set(corpus.documents))
    #expect(Set(training.map(Self.key)).isDisjoint(with: validation.map(Self.key)))
    let held = validation.reduce(0) { $0 + $1.utf8.count }
    let total = corpus.documents.reduce(0) { $0 + $1.utf8.count }
    #expect(abs(Double(held) - 0.1 * Double(total)) < 30)
  }

  @Test func theSeedDecides() throws {
    let corpus = try Self.corpus.get()
    let first = try corpus.splitTexts(validationFraction: 0.2, contiguous: false, seed: 1)
    let again = try corpus.splitTexts(validationFraction: 0.2, contiguous: false, seed: 1)
    let other = try corpus.splitTexts(validationFraction: 0.2, contiguous: false, seed: 2)
    #expect(first == again)
    #expect(first.validation != other.validation)
  }

  @Test func aContiguousBlockIsTheEnd() throws {
    let corpus = try Corpus(text: (0..<100).map { "heading\n\ntext \($0) of a hundred" }.joined(separator: "\n\n"))
    let (training, validation) = try corpus.splitTexts(validationFraction: 0.1, contiguous: true, seed: 0)
    #expect(training == Array(corpus.documents.prefix(training.count)))
    // Headings that the training part has too are dropped.
    #expect(validation == (90..<100).map { "text \($0) of a hundred" })
  }

  @Test func oneDocumentIsCutBetweenWords() throws {
    let words = (0..<1000).map { "wörd\($0)" }
    let corpus = try Corpus(text: words.joined(separator: " "))
    let (training, validation) = try corpus.splitTexts(validationFraction: 0.25, contiguous: true, seed: 0)
    #expect((training + validation).joined(separator: " ") == corpus.documents[0])
    #expect(abs(validation[0].split(separator: " ").count - 250) < 10)
    let error = #expect(throws: InputError.self) {
      try corpus.splitTexts(validationFraction: 0.25, contiguous: false, seed: 0)
    }
    #expect(error?.description.contains("one document") == true)
  }

  @Test func aHugeLastDocumentIsCutToo() throws {
    let body = (0..<1000).map { "word\($0)" }.joined(separator: " ")
    let corpus = try Corpus(text: "a title\n\n" + body)
    let (training, validation) = try corpus.splitTexts(validationFraction: 0.1, contiguous: true, seed: 0)
    #expect(training.count == 2)
    #expect(validation.count == 1)
    #expect(training[1] + " " + validation[0] == body)
  }

  @Test(arguments: [0, 1, -0.5, 2, .nan, .infinity])
  func fractionsOutOfRangeAreRefused(fraction: Double) throws {
    #expect(throws: InputError.self) {
      try Self.corpus.get().splitTexts(validationFraction: fraction, contiguous: false, seed: 0)
    }
  }

  @Test(arguments: [1e-9, 1 - 1e-9]) func neitherSideIsEverEmpty(fraction: Double) throws {
    for contiguous in [false, true] {
      let parts = try Corpus(text: "a b\n\nc d\n\ne f").splitTexts(
        validationFraction: fraction, contiguous: contiguous, seed: 3)
      #expect(!parts.training.isEmpty)
      #expect(!parts.validation.isEmpty)
    }
  }

  @Test func oneDocumentAgainAndAgainIsRefused() throws {
    let corpus = try Corpus(text: "a\n\nA\n\na")
    #expect(throws: InputError.self) { try corpus.splitTexts(validationFraction: 0.5, contiguous: false, seed: 0) }
    #expect(throws: InputError.self) { try corpus.splitTexts(validationFraction: 0.5, contiguous: true, seed: 0) }
  }
}

extension Corpus {
  /// The two parts as texts.
  func splitTexts(
    validationFraction: Double, contiguous: Bool, seed: UInt64
  ) throws -> (training: [String], validation: [String]) {
    let parts = try split(validationFraction: validationFraction, contiguous: contiguous, seed: seed)
    return (Array(parts.training), Array(parts.validation))
  }
}
