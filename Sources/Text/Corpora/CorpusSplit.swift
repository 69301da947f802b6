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
  ) throws -> (training: Documents, validation: Documents) {
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
  ) throws -> (training: Documents, validation: Documents) {
    // Group numbers count distinct documents in the order of their first occurrence.
    var groups: [DocumentIdentity: Int] = [:]
    var groupOfDocument: [Int32] = []
    var sizes: [Int] = []
    for (identity, range) in zip(DocumentIdentity.all(of: documents), documents.ranges) {
      let group = groups[identity, default: sizes.count]
      if group == sizes.count {
        groups[identity] = group
        sizes.append(0)
      }
      sizes[group] += range.count
      groupOfDocument.append(Int32(group))
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
    func part(_ isWanted: Bool) -> Documents {
      Documents(
        text: documents.text,
        ranges: zip(documents.ranges, groupOfDocument).filter { isHeldOut[Int($0.1)] == isWanted }.map(\.0))
    }
    return (part(false), part(true))
  }

  // MARK: - One block at the end

  private func heldOutBlock(_ fraction: Double) throws -> (training: Documents, validation: Documents) {
    let ranges = documents.ranges
    let total = documents.byteCount
    let target = fraction * Double(total)
    // The border lies in document `k`, which begins `before` bytes into the text.
    var k = 0
    var before = 0
    while k < documents.count - 1, Double(before + ranges[k].count) <= Double(total) - target {
      before += ranges[k].count
      k += 1
    }
    let size = ranges[k].count
    let wholeStarts = [(start: k, held: total - before), (start: k + 1, held: total - before - size)]
    let misses = wholeStarts.filter { 1..<documents.count ~= $0.start }
      .map { (start: $0.start, miss: abs(Double($0.held) - target)) }
    var (training, validation): ([Range<Int>], [Range<Int>])
    if let best = misses.min(by: { $0.miss < $1.miss }), best.miss <= target / 2 {
      (training, validation) = (Array(ranges[..<best.start]), Array(ranges[best.start...]))
    } else {
      let share = (Double(total) - target - Double(before)) / Double(size)
      let (head, tail) = try cutBetweenWords(ranges[k], keeping: share)
      (training, validation) = (ranges[..<k] + [head], [tail] + ranges[(k + 1)...])
    }
    func part(_ ranges: [Range<Int>]) -> Documents { Documents(text: documents.text, ranges: ranges) }
    let known = Set(DocumentIdentity.all(of: part(training)))
    let identities = DocumentIdentity.all(of: part(validation))
    validation = zip(validation, identities).filter { !known.contains($0.1) }.map(\.0)
    guard !validation.isEmpty else {
      throw InputError(
        at: name, "its last documents all occur before: nothing can be held out", expected: "documents that differ")
    }
    return (part(training), part(validation))
  }

  /// Cuts a text at the white space that follows a share of its bytes, or at the last one before.
  private func cutBetweenWords(
    _ text: Range<Int>, keeping share: Double
  ) throws -> (head: Range<Int>, tail: Range<Int>) {
    let bytes = documents.text.bytes
    let offset = min(text.lowerBound + Int(share * Double(text.count)), text.upperBound - 1)
    let wanted = WhiteSpace.characterStart(in: bytes, at: offset)
    let cuts = [
      (wanted..<text.upperBound).first { isSpace(bytes, at: $0) },
      (text.lowerBound..<wanted).last { isSpace(bytes, at: $0) },
    ]
    for cut in cuts.compactMap({ $0 }) {
      let (head, tail) = (trimmed(text.lowerBound..<cut), trimmed(cut..<text.upperBound))
      if !head.isEmpty, !tail.isEmpty { return (head, tail) }
    }
    throw InputError(at: name, "is one word: nothing can be held out", expected: "text with spaces between words")
  }

  /// Whether a character of white space begins at a byte.
  private func isSpace(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Bool {
    bytes[i] & 0xC0 != 0x80 && WhiteSpace.length(in: bytes, at: i) != nil
  }

  /// The range without the white space around it.
  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    let bytes = documents.text.bytes
    let start = WhiteSpace.end(ofRunIn: bytes, from: range.lowerBound, to: range.upperBound)
    var end = range.upperBound
    while end > start {
      let last = WhiteSpace.characterStart(in: bytes, at: end - 1)
      guard WhiteSpace.length(in: bytes, at: last) != nil else { break }
      end = last
    }
    return start..<end
  }
}
