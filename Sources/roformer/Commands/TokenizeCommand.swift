import Foundation
import Platform
import Text

/// `tokenize`: prints the ids of a text's tokens, a line for each of its lines.
let tokenizeCommand = Command(
  name: "tokenize", summary: "Print the token ids of each line of a text, as Hugging Face's BERT tokenizer has them",
  operands: ["TEXTFILE"],
  options: [
    .init(name: "--vocabulary", value: "FILE", summary: "a vocab.txt, a tokenizer.json, or a folder with one of them"),
    .init(name: "--cased", summary: "keep case and accents"),
  ],
  details: {
    """
    Lines end at line feeds alone. No special tokens are added; [MASK] and its kind are recognized in the text, and so
    are the added tokens of a tokenizer.json or a folder.
    TEXTFILE may be - for standard input.
    """
  }
) { arguments, program in
  guard let path = arguments.value("--vocabulary") else {
    throw InputError(at: "--vocabulary", "is missing", expected: "a vocab.txt, a tokenizer.json or their folder")
  }
  var tokenizer = try TokenizerFolder.load(vocabulary: path) { program.errors("roformer: note: \($0)") }
  if arguments.has("--cased"), let pieces = tokenizer as? WordPieceTokenizer {
    tokenizer = pieces.with(TextNormalization(lowercase: false))
  }
  let operand = arguments.operands[0]
  let text = try operand == "-" ? program.readInput() : Files.readText(operand, as: "UTF-8 text")
  var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  if lines.last?.isEmpty == true { lines.removeLast() }
  // A write for every thousand lines: one for each line takes longer than the tokens do.
  for start in stride(from: 0, to: lines.count, by: 1000) {
    let block = lines[start..<min(start + 1000, lines.count)].map { line in
      tokenizer.encode(String(Substring(line))).map { String($0) }.joined(separator: " ")
    }
    program.output(block.joined(separator: "\n"))
  }
  return ExitCode.done
}
