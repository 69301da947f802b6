import Platform
import Text

/// Which tokens are hidden, and behind what: BERT's masking.
///
/// Devlin et al. 2019 (arXiv 1810.04805v2), section 3.1, and its code, `create_pretraining_data.py`. Of a sequence
/// of n tokens, `[CLS]` and `[SEP]` counted, min(cap, max(1, round(probability·n))) are chosen, halves rounded to even,
/// special tokens never. Each chosen one independently becomes `[MASK]` (80%), a token drawn from the whole vocabulary
/// (10%), or stays (10%).
public struct MaskingRule: Codable, Sendable, Equatable {
  /// The share of tokens that is chosen.
  public var probability: Double

  /// The most tokens chosen in a sequence, or `nil` for no limit.
  public var cap: Int?

  /// The share of chosen tokens that become `[MASK]`.
  static let maskShare = 0.8

  /// The share of chosen tokens that become a random token.
  static let randomShare = 0.1

  /// A rule.
  ///
  /// - Throws: `InputError` if the probability is not in (0, 1] or the cap is not positive.
  public init(probability: Double = 0.15, cap: Int? = nil) throws {
    guard probability > 0, probability <= 1 else {
      throw InputError(at: "masking", "probability is \(probability)", expected: "a number above 0 and up to 1")
    }
    if let cap, cap < 1 { throw InputError(at: "masking", "cap is \(cap)", expected: "a whole number from 1 on") }
    self.probability = probability
    self.cap = cap
  }

  private init() {
    (probability, cap) = (0.15, nil)
  }

  /// BERT's rule: 15%, no cap.
  public static let bert = MaskingRule()

  /// How many tokens of a sequence are to be hidden.
  ///
  /// - Parameter length: the tokens of the sequence, `[CLS]` and `[SEP]` included, padding not.
  /// - Returns: the number of tokens chosen, if so many are not special.
  public func count(length: Int) -> Int {
    let share = max(1, Int((probability * Double(length)).rounded(.toNearestOrEven)))
    return min(cap ?? share, share)
  }

  /// The share of all tokens that is hidden in sequences of a length, before rounding to whole tokens.
  public func predictedShare(sequenceLength: Int) -> Double {
    min(probability, cap.map { Double($0) / Double(sequenceLength) } ?? 1)
  }

  /// Chooses tokens of one sequence and hides them.
  ///
  /// - Parameters:
  ///   - tokens: the sequence without its padding; changed in place.
  ///   - vocabulary: tells special tokens, and gives the random ones.
  ///   - random: the draws of the step.
  ///   - row: the sequence's number, which tells its draws from those of the others.
  /// - Returns: the chosen positions, ascending, and the tokens that were there.
  func apply(
    to tokens: inout ArraySlice<Int32>, vocabulary: Vocabulary, random: RandomSource, row: Int
  ) -> [(position: Int, label: Int32)] {
    var candidates = tokens.indices.filter { !vocabulary.isSpecial(tokens[$0]) }
    let count = min(count(length: tokens.count), candidates.count)
    let firstDraw = row << 32
    // The beginning of a Fisher-Yates shuffle, then a draw for the fate of each chosen position, and one for its token.
    for i in 0..<count {
      candidates.swapAt(i, i + random.integer(below: candidates.count - i, at: firstDraw + 3 * i))
    }
    var chosen: [(position: Int, label: Int32)] = []
    for i in 0..<count {
      let position = candidates[i]
      chosen.append((position, tokens[position]))
      let fate = random.uniform(at: firstDraw + 3 * i + 1)
      if fate < Self.maskShare {
        tokens[position] = vocabulary.mask
      } else if fate < Self.maskShare + Self.randomShare {
        tokens[position] = Int32(random.integer(below: vocabulary.count, at: firstDraw + 3 * i + 2))
      }
    }
    return chosen.sorted { $0.position < $1.position }
  }
}
