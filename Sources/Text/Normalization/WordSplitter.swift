/// Cuts text into words as BERT's basic tokenizer does.
///
/// Control characters go, ideographs and punctuation marks become words of their own, white space ends words. In BERT's
/// uncased models letters lose their accents (canonical decomposition, then every non-spacing mark, Mn, is left out)
/// and are lower-cased one by one (no final sigma).
struct WordSplitter: Sendable {
  /// What is done to control characters, case, accents and ideographs.
  let normalization: TextNormalization
  private let ascii: [CharacterClass]

  /// A splitter that normalizes.
  init(normalization: TextNormalization) {
    self.normalization = normalization
    ascii = normalization.cleans ? CharacterClass.ascii : CharacterClass.uncleanedASCII
  }

  /// Visits the words of a text in order.
  ///
  /// - Parameters:
  ///   - text: valid UTF-8.
  ///   - body: is given the UTF-8 bytes and the number of Unicode scalars of each word.
  @inline(__always)
  func forEachWord(in text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>, Int) -> Void) {
    var word = Word()
    var i = 0
    while i < text.count {
      let byte = text[i]
      if byte < 0x80 {
        i += 1
        switch ascii[Int(byte)] {
        case .letter: word.append(normalization.lowercase ? byte.lowercased : byte)
        case .space: word.end(body)
        case .punctuation, .ideograph: word.alone(CollectionOfOne(byte), body)
        case .dropped: break
        }
        continue
      }
      let (scalar, length) = decode(text, at: i)
      switch PlainScalars.kind(of: scalar) {
      case .letter:
        word.append(text[i..<i + length])
        i += length
      case .ideograph:
        let bytes = text[i..<i + length]
        if normalization.separatesIdeographs { word.alone(bytes, body) } else { word.append(bytes) }
        i += length
      case .other: i = takeRun(in: text, from: i, into: &word, body)
      }
    }
    word.end(body)
  }

  /// Takes characters that are not plain, up to the first that accents cannot reach across.
  ///
  /// Decomposition reorders marks within such a run and nowhere else, since plain characters are no marks.
  ///
  /// - Returns: where the run ends.
  private func takeRun(
    in text: UnsafeBufferPointer<UInt8>, from start: Int, into word: inout Word,
    _ body: (UnsafeBufferPointer<UInt8>, Int) -> Void
  ) -> Int {
    var run: [Unicode.Scalar] = []
    var i = start
    while i < text.count {
      let (scalar, length) = decode(text, at: i)
      var kind = normalization.cleans ? CharacterClass(scalar) : CharacterClass(uncleaned: scalar)
      if kind == .ideograph, !normalization.separatesIdeographs { kind = .letter }
      if scalar.isASCII ? kind != .dropped : PlainScalars.kind(of: scalar) != .other { break }
      i += length
      switch kind {
      case .dropped: break
      case .letter, .punctuation: run.append(scalar)
      case .space, .ideograph:
        add(run, to: &word, body)
        word.end(body)
        if kind == .ideograph {
          add([scalar], to: &word, body)
          word.end(body)
        }
        return i
      }
    }
    add(run, to: &word, body)
    return i
  }

  private func add(
    _ run: [Unicode.Scalar], to word: inout Word, _ body: (UnsafeBufferPointer<UInt8>, Int) -> Void
  ) {
    guard !run.isEmpty else { return }
    for scalar in normalized(run) {
      if CharacterClass(scalar) == .punctuation {
        word.alone(UTF8.encode(scalar)!, body)
      } else {
        word.append(scalar)
      }
    }
  }

  /// The run without accents and in lower case, as far as that is asked for.
  private func normalized(_ run: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result = run
    if normalization.stripsAccents {
      result = CanonicalDecomposition.decompose(run).filter { $0.categoryInUnicode8 != .nonspacingMark }
    }
    if normalization.lowercase, result.contains(where: \.properties.changesWhenLowercased) {
      result = result.flatMap { $0.properties.lowercaseMapping.unicodeScalars }
    }
    return result
  }

  /// The scalar that begins at a byte of valid UTF-8, and its length in bytes.
  @inline(__always)
  private func decode(_ text: UnsafeBufferPointer<UInt8>, at i: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let lead = UInt32(text[i])
    func tail(_ k: Int) -> UInt32 { UInt32(text[i + k] & 0x3F) }
    let (value, length): (UInt32, Int) =
      switch lead {
      case 0..<0x80: (lead, 1)
      case ..<0xE0: ((lead & 0x1F) << 6 | tail(1), 2)
      case ..<0xF0: ((lead & 0x0F) << 12 | tail(1) << 6 | tail(2), 3)
      default: ((lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
      }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }
}

/// The word that is being collected.
private struct Word {
  private var bytes: [UInt8] = []
  private var scalarCount = 0

  @inline(__always)
  mutating func append(_ ascii: UInt8) {
    bytes.append(ascii)
    scalarCount += 1
  }

  /// Adds the bytes of one character.
  @inline(__always)
  mutating func append(_ character: Slice<UnsafeBufferPointer<UInt8>>) {
    bytes.append(contentsOf: character)
    scalarCount += 1
  }

  mutating func append(_ scalar: Unicode.Scalar) {
    bytes.append(contentsOf: UTF8.encode(scalar)!)
    scalarCount += 1
  }

  @inline(__always)
  mutating func end(_ body: (UnsafeBufferPointer<UInt8>, Int) -> Void) {
    guard scalarCount > 0 else { return }
    bytes.withUnsafeBufferPointer { body($0, scalarCount) }
    bytes.removeAll(keepingCapacity: true)
    scalarCount = 0
  }

  /// Ends the word, and makes one more of a single character.
  @inline(__always)
  mutating func alone(_ character: some Sequence<UInt8>, _ body: (UnsafeBufferPointer<UInt8>, Int) -> Void) {
    end(body)
    bytes.append(contentsOf: character)
    scalarCount = 1
    end(body)
  }
}

extension UInt8 {
  /// The ASCII letter in lower case.
  @inline(__always)
  fileprivate var lowercased: UInt8 {
    self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
  }
}
