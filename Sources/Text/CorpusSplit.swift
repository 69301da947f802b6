import Platform

extension Corpus {
  /// Splits the documents into those to train on and those held out.
  ///
  /// The fraction counts text (UTF-8 bytes), not documents. Documents equal but for case and white space never lie
  /// on both sides: drawn at random they stay together, and a contiguous block loses what the training part holds.
  ///
  /// - Parameters:
  ///   - validationFraction: how much of the text to hold out, between 0 and 1.
  ///   - contiguous: hold out the end of the file instead of documents drawn at random, for files whose neighbouring
  ///     documents belong together (such as WikiText, where blank lines separate paragraphs). Where whole documents
  ///     would miss the fraction by half of it, as in a file of one single document, one is cut between two words.
  ///   - seed: decides which documents are drawn; a contiguous block ignores it.
  /// - Returns: both parts in the order of the file, neither of them empty.
  /// - Throws: `InputError` if the fraction is out of range or either side would be empty.
  public func split(
    validationFraction: Double, contiguous: Bool, seed: UInt64
  ) throws -> (training: [String], validation: [String]) {
    guard validationFraction > 0, validationFraction < 1 else {
      throw InputError(
        at: "validationFraction", "is \(validationFraction)", expected: "a number between 0 and 1, both excluded")
    }
    if contiguous { return try heldOutBlock(validationFraction) }
    return try heldOutDocuments(validationFraction, seed: seed)
  }

  // MARK: - Documents drawn at random

  private func heldOutDocuments(
    _ fraction: Double, seed: UInt64
  ) throws -> (training: [String], validation: [String]) {
    // Group numbers count distinct documents in the order of their first occurrence.
    var groups: [String: Int] = [:]
    var groupOfDocument: [Int] = []
    var sizes: [Int] = []
    for document in documents {
      let identity = Self.identity(of: document)
      let group = groups[identity, default: sizes.count]
      if group == sizes.count {
        groups[identity] = group
        sizes.append(0)
      }
      sizes[group] += document.utf8.count
      groupOfDocument.append(group)
    }
    guard sizes.count > 1 else {
      let what = documents.count == 1 ? "is one document (no blank lines)" : "holds one document again and again"
      throw InputError(
        at: name, "\(what): none can be held out",
        expected: "documents with blank lines between them, or validation.split=block")
    }

    let target = fraction * Double(sizes.reduce(0, +))
    let order = RandomSource(seed: seed, purpose: "corpus split").permutation(of: sizes.count)
    var isHeldOut = [Bool](repeating: false, count: sizes.count)
    var held = 0
    var heldCount = 0
    for group in order where heldCount < sizes.count - 1 {
      // A document is taken only if that brings the share nearer to what was asked for.
      guard Double(held) + Double(sizes[group]) / 2 < target else { continue }
      isHeldOut[group] = true
      held += sizes[group]
      heldCount += 1
    }
    if heldCount == 0, let smallest = order.min(by: { sizes[$0] < sizes[$1] }) { isHeldOut[smallest] = true }
    let parts = zip(documents, groupOfDocument)
    return (parts.filter { !isHeldOut[$0.1] }.map(\.0), parts.filter { isHeldOut[$0.1] }.map(\.0))
  }

  /// What makes two documents the same: their words, whatever their case and the space between them.
  private static func identity(of document: String) -> String {
    let words = document.lowercased().utf8.split { $0 <= UInt8(ascii: " ") }
    return String(decoding: Array(words.joined(separator: " ".utf8)), as: UTF8.self)
  }

  // MARK: - One block at the end

  private func heldOutBlock(_ fraction: Double) throws -> (training: [String], validation: [String]) {
    let total = documents.reduce(0) { $0 + $1.utf8.count }
    let target = fraction * Double(total)
    // The border lies in document `k`, which begins `before` bytes into the text.
    var k = 0
    var before = 0
    while k < documents.count - 1, Double(before + documents[k].utf8.count) <= Double(total) - target {
      before += documents[k].utf8.count
      k += 1
    }
    let size = documents[k].utf8.count
    let wholeStarts = [(start: k, held: total - before), (start: k + 1, held: total - before - size)]
    let misses = wholeStarts.filter { 1..<documents.count ~= $0.start }
      .map { (start: $0.start, miss: abs(Double($0.held) - target)) }
    var (training, validation): ([String], [String])
    if let best = misses.min(by: { $0.miss < $1.miss }), best.miss <= target / 2 {
      (training, validation) = (Array(documents[..<best.start]), Array(documents[best.start...]))
    } else {
      let share = (Double(total) - target - Double(before)) / Double(size)
      let (head, tail) = try cutBetweenWords(documents[k], keeping: share)
      (training, validation) = (documents[..<k] + [head], [tail] + documents[(k + 1)...])
    }
    let known = Set(training.map(Self.identity))
    validation.removeAll { known.contains(Self.identity(of: $0)) }
    guard !validation.isEmpty else {
      throw InputError(
        at: name, "its last documents all occur before: nothing can be held out", expected: "documents that differ")
    }
    return (training, validation)
  }

  /// Cuts a text at the white space that follows a share of its bytes, or at the last one before.
  private func cutBetweenWords(_ text: String, keeping share: Double) throws -> (head: String, tail: String) {
    let wanted = text.utf8.index(text.startIndex, offsetBy: Int(share * Double(text.utf8.count)))
    let scalars = text.unicodeScalars
    // A subscript of scalars rounds `wanted` down to the beginning of its character.
    let cuts = [
      scalars[wanted...].firstIndex(where: \.properties.isWhitespace),
      scalars[..<wanted].lastIndex(where: \.properties.isWhitespace),
    ]
    for cut in cuts.compactMap({ $0 }) {
      let (head, tail) = (Substring(scalars[..<cut]).trimmed, Substring(scalars[cut...]).trimmed)
      if !head.isEmpty, !tail.isEmpty { return (head, tail) }
    }
    throw InputError(at: name, "is one word: nothing can be held out", expected: "text with spaces between words")
  }
}

extension Substring {
  /// The text without the white space around it.
  fileprivate var trimmed: String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }
}
