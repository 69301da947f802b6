import Platform

/// The corpus that a grammar and a lexicon make: short documents in which the order of the words decides.
public enum ToyCorpus {
  /// The seed of `data/toy.txt`.
  public static let publishedSeed: UInt64 = 1

  /// The least size of `data/toy.txt`, in bytes.
  public static let publishedByteCount = 1_500_000

  /// How often in a row a document may be one that is there already, before the grammar is taken to be exhausted.
  private static let patience = 1000

  /// Makes a corpus, the same for the same grammar, lexicon and seed.
  ///
  /// - Parameters:
  ///   - grammar: the sentences.
  ///   - lexicon: the words.
  ///   - seed: decides all choices.
  ///   - byteCount: the least size in UTF-8 bytes; the corpus ends with the document that reaches it.
  /// - Returns: documents, one a line, all different, with blank lines between them.
  /// - Throws: `InputError` with the line of the grammar that cannot be expanded, or if the grammar has too few
  ///   documents.
  public static func generate(
    grammar: ToyGrammar, lexicon: ToyLexicon, seed: UInt64, byteCount: Int
  ) throws -> String {
    var corpus = ""
    var known: Set<String> = []
    var number = 0
    var repetitions = 0
    while corpus.utf8.count < byteCount {
      let random = RandomSource(seed: seed, purpose: "toy corpus", step: number)
      let document = try ToyDocument.text(grammar: grammar, lexicon: lexicon, random: random)
      number += 1
      guard known.insert(document).inserted else {
        repetitions += 1
        guard repetitions < patience else {
          throw InputError(
            at: grammar.name, "gives only \(known.count) different documents",
            expected: "enough for \(byteCount.counted("byte"))")
        }
        continue
      }
      repetitions = 0
      corpus += (corpus.isEmpty ? "" : "\n") + document + "\n"
    }
    return corpus
  }
}
