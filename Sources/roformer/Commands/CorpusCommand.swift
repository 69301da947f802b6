import Platform
import Text

/// `corpus`: generates the toy corpus from its grammar and lexicon.
let corpusCommand = Command(
  name: "corpus", summary: "Write the toy corpus anew from its grammar and lexicon, byte for byte",
  operands: [],
  options: [
    .init(name: "--grammar", value: "FILE", summary: "the grammar; data/toy-grammar.txt by default"),
    .init(name: "--lexicon", value: "FILE", summary: "the lexicon; data/toy-lexicon.txt by default"),
    .init(name: "--seed", value: "N", summary: "another text from the same grammar; 1 is the published one"),
    .init(name: "--bytes", value: "N", summary: "how long the text is at least; 1500000 by default"),
    .init(name: "--out", value: "FILE", summary: "where to write it; standard output by default"),
  ]
) { arguments, program in
  let target = arguments.value("--out")
  if let target { try Files.checkMayBeWritten(target) }
  let grammar = try ToyGrammar.load(path: arguments.value("--grammar") ?? "data/toy-grammar.txt")
  let lexicon = try ToyLexicon.load(path: arguments.value("--lexicon") ?? "data/toy-lexicon.txt")
  let text = try ToyCorpus.generate(
    grammar: grammar, lexicon: lexicon,
    seed: try arguments.integer("--seed", in: 0...Int.max).map(UInt64.init) ?? ToyCorpus.publishedSeed,
    byteCount: try arguments.integer("--bytes", in: 1...1_000_000_000) ?? ToyCorpus.publishedByteCount)
  if let target {
    try Files.write(text, to: target)
    program.output("\(target): \(text.utf8.count.counted("byte"))")
  } else {
    program.output(text.hasSuffix("\n") ? String(text.dropLast()) : text)
  }
  return ExitCode.done
}
