import Platform

/// The making of one document: the draws of its words, and what is bound to which variable.
struct ToyDocument {
  /// A word by category and number.
  private struct Word: Hashable {
    let category: String
    let index: Int
  }

  /// What the variables of a rule's expansion stand for.
  private typealias Bindings = [String: [Word]]

  private let grammar: ToyGrammar
  private let lexicon: ToyLexicon
  private let random: RandomSource
  private var drawCount = 0
  private var drawn: Set<Word> = []
  private var text = ""

  /// No document of sense is longer, in UTF-8 bytes; a grammar without end is.
  private static let longestDocument = 1 << 16
  private static let deepestCall = 64

  private init(grammar: ToyGrammar, lexicon: ToyLexicon, random: RandomSource) {
    (self.grammar, self.lexicon, self.random) = (grammar, lexicon, random)
  }

  /// The text of a document.
  ///
  /// - Throws: `InputError` with the line of the grammar that uses a variable, category or form that is not there,
  ///   draws more words than there are, or never ends.
  static func text(grammar: ToyGrammar, lexicon: ToyLexicon, random: RandomSource) throws -> String {
    var document = ToyDocument(grammar: grammar, lexicon: lexicon, random: random)
    try document.expand(grammar.rules[grammar.start]!, [:], depth: 0)
    return capitalized(document.text)
  }

  // MARK: - Rules

  private mutating func expand(_ rule: ToyGrammar.Rule, _ given: Bindings, depth: Int) throws {
    var bindings = given
    for part in choose(rule.alternatives).parts {
      switch part {
      case .text(let literal): text += literal
      case .variable(let variable): try print(variable, &bindings)
      case .call(let name, let arguments, let line):
        guard depth < Self.deepestCall, drawCount < Self.longestDocument else {
          throw error(line, "rule '\(name)' calls itself without end", expected: "documents of finite length")
        }
        let callee = grammar.rules[name]!
        var passed = bindings
        for (parameter, argument) in zip(callee.parameters, arguments) {
          passed[parameter] = try value(of: argument, bindings, line)
        }
        try expand(callee, passed, depth: depth + 1)
      }
      guard text.utf8.count <= Self.longestDocument else {
        throw InputError(at: grammar.name, "makes a document without end", expected: "a few sentences")
      }
    }
  }

  private mutating func choose(_ alternatives: [ToyGrammar.Alternative]) -> ToyGrammar.Alternative {
    var remaining = draw(below: alternatives.reduce(0) { $0 + $1.weight })
    return alternatives.first { alternative in
      remaining -= alternative.weight
      return remaining < 0
    }!
  }

  private mutating func draw(below bound: Int) -> Int {
    defer { drawCount += 1 }
    return random.integer(below: bound, at: drawCount)
  }

  // MARK: - Words

  private mutating func print(_ variable: ToyGrammar.Variable, _ bindings: inout Bindings) throws {
    if let draw = variable.draw { bindings[variable.name] = try words(draw, variable.line) }
    guard !variable.isSilent else { return }
    var words = try value(of: variable.name, bindings, variable.line)
    var joint = " and "
    for operation in variable.operations {
      if case .commas = operation { joint = ", " }
      words = try apply(operation, to: words, variable)
    }
    let forms = try words.map { try form(variable.form, of: $0, bindings, variable.line) }
    text += forms.dropLast().joined(separator: ", ") + (forms.count > 1 ? joint : "") + (forms.last ?? "")
  }

  private func value(of name: String, _ bindings: Bindings, _ line: Int) throws -> [Word] {
    if let words = bindings[name] { return words }
    let near = nearestName(to: name, among: bindings.keys.sorted())
    throw error(line, "no variable '\(name)'", expected: near.map { "perhaps '\($0)'" } ?? "{\(name):category} before")
  }

  private func category(_ name: String, _ line: Int) throws -> ToyLexicon.Category {
    if let category = lexicon.categories[name] { return category }
    let near = nearestName(to: name, among: lexicon.categories.keys.sorted())
    throw error(line, "no category '\(name)' in the lexicon", expected: near.map { "perhaps '\($0)'" })
  }

  private mutating func words(_ request: ToyGrammar.Draw, _ line: Int) throws -> [Word] {
    let category = try category(request.category, line)
    let count = request.count.lowerBound + draw(below: request.count.count)
    var free = category.words.indices.map { Word(category: category.name, index: $0) }
    if request.isRun {
      guard count <= free.count else { throw tooFew(category, line) }
      let start = draw(below: free.count - count + 1)
      return Array(free[start..<start + count])
    }
    free.removeAll { drawn.contains($0) }
    guard count <= free.count else { throw tooFew(category, line) }
    return (0..<count).map { _ in
      let word = free.remove(at: draw(below: free.count))
      drawn.insert(word)
      return word
    }
  }

  private func tooFew(_ category: ToyLexicon.Category, _ line: Int) -> InputError {
    error(line, "draws more than the \(category.words.count.counted("word")) of '\(category.name)'", expected: nil)
  }

  private func apply(
    _ operation: ToyGrammar.Operation, to words: [Word], _ variable: ToyGrammar.Variable
  ) throws -> [Word] {
    switch operation {
    case .element(let number):
      guard number <= words.count else {
        throw error(variable.line, "no word \(number) in '\(variable.name)'", expected: "1 to \(words.count)")
      }
      return [words[number - 1]]
    case .last: return words.suffix(1)
    case .butLast: return words.dropLast()
    case .reversed: return words.reversed()
    case .sorted: return sorted(words)
    case .next: return words.map { neighbour(of: $0, distance: 1) }
    case .previous: return words.map { neighbour(of: $0, distance: -1) }
    case .commas: return words
    }
  }

  /// The words by the alphabet: by the bytes of their first forms.
  private func sorted(_ words: [Word]) -> [Word] {
    let spelt = words.map { (word: $0, bytes: Array(lexicon.categories[$0.category]!.words[$0.index][0].utf8)) }
    return spelt.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.map(\.word)
  }

  /// The word some places further in the lexicon, around the end.
  private func neighbour(of word: Word, distance: Int) -> Word {
    let count = lexicon.categories[word.category]!.words.count
    return Word(category: word.category, index: (word.index + distance + count) % count)
  }

  private func form(_ form: ToyGrammar.Form, of word: Word, _ bindings: Bindings, _ line: Int) throws -> String {
    let category = lexicon.categories[word.category]!
    let forms = category.words[word.index]
    func named(_ name: String) throws -> String {
      if let index = category.forms.firstIndex(of: name) { return forms[index] }
      throw error(
        line, "no form '\(name)' of '\(category.name)'", expected: category.forms.joined(separator: ", ") + " or a")
    }
    switch form {
    case .first: return forms[0]
    case .article: return ("aeiou".contains(forms[0].first!) ? "an " : "a ") + forms[0]
    case .named(let name): return try named(name)
    case .namedBy(let variable):
      let namer = try value(of: variable, bindings, line)
      guard namer.count == 1 else { throw error(line, "'\(variable)' is a list", expected: "one word") }
      return try named(lexicon.categories[namer[0].category]!.words[namer[0].index][0])
    }
  }

  private func error(_ line: Int, _ problem: String, expected: String?) -> InputError {
    InputError(at: "\(grammar.name):\(line)", problem, expected: expected)
  }

  // MARK: - Capitals

  /// Makes capitals after the ends of sentences and after `^`, which is left out.
  private static func capitalized(_ text: String) -> String {
    var result = ""
    var isStart = true
    var afterStop = false
    for character in text {
      if character == "^" {
        isStart = true
        continue
      }
      result += isStart ? character.uppercased() : String(character)
      isStart = (isStart && !character.isLetter && !character.isNumber) || (afterStop && character == " ")
      afterStop = ".?!".contains(character)
    }
    return result
  }
}
