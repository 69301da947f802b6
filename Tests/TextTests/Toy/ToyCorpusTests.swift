import Foundation
import Platform
import TestSupport
import Testing

@testable import Text

@Suite struct ToyCorpusTests {
  static let published = Result { try Files.readText(PackageFile.path("data/toy.txt"), as: "toy corpus") }
  static let documents = published.map { $0.split(separator: "\n").map(String.init) }

  @Test func publishedCorpusIsWhatTheGrammarMakes() throws {
    let text = try ToyCorpus.generate(
      grammar: try ToyGrammar.load(path: PackageFile.path("data/toy-grammar.txt")),
      lexicon: try ToyLexicon.load(path: PackageFile.path("data/toy-lexicon.txt")),
      seed: ToyCorpus.publishedSeed, byteCount: ToyCorpus.publishedByteCount)
    // Not compared inside `#expect`, which would print both.
    let isEqual = Array(text.utf8) == Array(try Self.published.get().utf8)
    #expect(isEqual)
    #expect((1_000_000...2_000_000).contains(text.utf8.count))
  }

  @Test func documentsAreDistinctAndShort() throws {
    let documents = try Self.documents.get()
    #expect(Set(documents).count == documents.count)
    let words = documents.map { $0.split(separator: " ").count }
    #expect(words.min()! >= 20)
    #expect(words.max()! <= 160)
    #expect(try Array(Corpus.load(path: PackageFile.path("data/toy.txt")).documents) == documents)
  }

  @Test func bracketsAndQuotesClose() throws {
    for document in try Self.documents.get() {
      var open: [Character] = []
      for character in document {
        switch character {
        case "(", "[": open.append(character)
        case ")": #expect(open.popLast() == "(", "\(document)")
        case "]": #expect(open.popLast() == "[", "\(document)")
        case "\"", "'":
          if open.last == character { open.removeLast() } else { open.append(character) }
        default: break
        }
      }
      #expect(open.isEmpty, "\(document)")
    }
  }

  @Test func sentencesBeginWithCapitalsAndArticlesFit() throws {
    let faults = [#/[{}<>^]|\x20\x20/#, #/[.?!]\x20[a-z]/#, #/\b[Aa]\x20[aeiou]/#, #/\b[Aa]n\x20[^aeiou]/#]
    for document in try Self.documents.get() {
      for fault in faults { #expect(document.firstMatch(of: fault) == nil, "\(document)") }
    }
  }

  @Test func vocabularyIsSmallEnoughForWholeWords() throws {
    let counts = WordCounts(
      documents: Documents(try Self.documents.get()), splitter: WordSplitter(normalization: TextNormalization()))
    #expect((400...700).contains(counts.counts.count))
  }

  // MARK: - The engine

  static let lexicon = """
    [animal: one many]
    owl / owls
    cat / cats
    hen / hens
    [number]
    one
    many
    [day]
    Monday
    Tuesday
    """

  static func make(_ rules: String, seed: UInt64 = 0) throws -> String {
    let grammar = try ToyGrammar(parsing: rules)
    return try ToyCorpus.generate(
      grammar: grammar, lexicon: try ToyLexicon(parsing: lexicon), seed: seed, byteCount: 1)
  }

  @Test func listsReverseSortAndJoin() throws {
    for seed in 0..<10 as Range<UInt64> {
      let words = try Self.make("d:\n  {l:animal*3 commas}; {l reversed commas}; {l sorted}; {l last}", seed: seed)
        .lowercased().split(whereSeparator: { ";\n".contains($0) }).map { $0.trimmingCharacters(in: .whitespaces) }
      let list = words[0].components(separatedBy: ", ")
      #expect(Set(list) == ["owl", "cat", "hen"])
      #expect(words[1].components(separatedBy: ", ") == list.reversed())
      #expect(words[2] == "cat, hen and owl")
      #expect(words[3] == list[2])
    }
  }

  @Test func formsAgreeAndNeighboursGoAround() throws {
    #expect(try Self.make("d:\n  {!d:day~2}{d 2 next} {d 1 previous}") == "Monday Tuesday\n")
    let text = try Self.make("d:\n  {!n:number}{!l:animal*3}{l.@n sorted}; {l.a sorted}")
    let articles = "; a cat, a hen and an owl\n"
    #expect(text == "Cat, hen and owl" + articles || text == "Cats, hens and owls" + articles)
  }

  @Test func rulesSeeTheirCallersVariablesAndForgetTheirOwn() throws {
    let text = try Self.make("d:\n  {x:animal} <r x> {x}\nr y:\n   {y} {x}{!x:animal}").split(separator: " ")
    #expect(Set(text.map { $0.lowercased().trimmingCharacters(in: .newlines) }).count == 1)
    #expect(text.count == 4)
  }

  @Test(arguments: [
    ("", "grammar: holds no rules"),
    ("d:", "rule 'd' is empty"),
    ("  text", "grammar:1: an alternative before any rule"),
    ("d:\n  {x:animl}", "grammar:2: no category 'animl' in the lexicon; expected perhaps 'animal'"),
    ("d:\n  {x}", "grammar:2: no variable 'x'"),
    ("d:\n  {x:animal", "grammar:2: '"),
    ("d:\n  {x:animal.few}", "grammar:2: no form 'few' of 'animal'"),
    ("d:\n  {x:animal*4}", "grammar:2: draws more than the 3 words"),
    ("d:\n  {x:day~3}", "grammar:2: draws more than the 2 words"),
    ("d:\n  {x:animal*2-1}", "grammar:2: 'animal*2-1'"),
    ("d:\n  {x:animal 2}", "grammar:2: no word 2 in 'x'"),
    ("d:\n  {x:animal upwards}", "grammar:2: 'upwards'"),
    ("d:\n  {x::}", "grammar:2: {x::}"),
    ("d:\n  {}", "grammar:2: {}"),
    ("d:\n  <>", "grammar:2: <>"),
    ("d:\n  <e>", "grammar:2: no rule 'e'"),
    ("d:\n  <d>", "grammar:2: rule 'd' calls itself without end"),
    ("d:\n  <d><d>", "grammar:2: rule 'd' calls itself without end"),
    ("d:\n  0* text", "grammar:2: weight 0"),
    ("d:\n  text \\", "grammar:2: ends with"),
    ("d:\n  text\nd:\n  text", "grammar:3: rule 'd' occurs twice"),
    ("d e f:\n  <d e>", "grammar:2: 1 variable for 'd'"),
    ("title\n  text", "grammar:1: 'title'"),
  ])
  func faultsOfGrammarsNameTheLine(rules: String, message: String) {
    let error = #expect(throws: InputError.self) { try Self.make(rules) }
    #expect(error?.description.hasPrefix(message) == true || error?.description.contains(message) == true, "\(error!)")
  }

  @Test(arguments: [
    ("owl", "lexicon:1: a word before any category"),
    ("[a: b c]\nowl", "lexicon:2: 1 form in 'owl'"),
    ("[a: b c]\nowl /", "lexicon:2: 2 forms in 'owl /'"),
    ("[a", "lexicon:1: '[a'"),
    ("[]", "lexicon:1: '[]'"),
    ("[a]\n# [a]\n\n[a]", "lexicon:4: category 'a' occurs twice"),
  ])
  func faultsOfLexiconsNameTheLine(text: String, message: String) {
    let error = #expect(throws: InputError.self) { try ToyLexicon(parsing: text) }
    #expect(error?.description.hasPrefix(message) == true, "\(error!)")
  }

  @Test func aFiniteGrammarEndsInsteadOfRepeating() throws {
    let grammar = try ToyGrammar(parsing: "d:\n  one\n  two")
    #expect(throws: InputError.self) {
      try ToyCorpus.generate(grammar: grammar, lexicon: ToyLexicon(parsing: ""), seed: 0, byteCount: 100)
    }
  }
}
