import Models
import Foundation
import Kernels
import Platform
import Text

/// What a model would put in the place of a `[MASK]`.
public struct MaskPrediction: Sendable, Equatable {
  /// A token and how likely the model takes it to be.
  public struct Candidate: Codable, Sendable, Equatable {
    /// The token as the vocabulary has it; `[id N]` for one that the model embeds and the vocabulary does not have.
    public let token: String
    /// Its id.
    public let id: Int
    /// The probability among all tokens.
    public let probability: Double
  }

  /// The place of the mask among the sequence's tokens, `[CLS]` being 0.
  public let position: Int
  /// The candidates, most probable first; of equally probable ones the smaller id first.
  public let candidates: [Candidate]
}

extension SavedModel {
  /// The most tokens of a text for a model whose positions have no end: beyond it, a line is no text to be filled.
  private static let longestText = 1 << 16

  /// What the model puts in the place of each `[MASK]` of a text.
  ///
  /// - Parameters:
  ///   - text: holds at least one `[MASK]`.
  ///   - count: how many candidates are wanted for each.
  ///   - place: where the text comes from; begins the error.
  /// - Returns: the predictions, masks in order.
  /// - Throws: `InputError` if there is no mask, or the text is too long for the model.
  public func fill(_ text: String, count: Int, place: String = "TEXT") throws -> [MaskPrediction] {
    let vocabulary = tokenizer.vocabulary
    let tokens = [vocabulary.classification] + tokenizer.encode(text) + [vocabulary.separator]
    let limit = maximumLength ?? Self.longestText
    guard tokens.count <= limit else {
      throw InputError(
        at: place, "has \(tokens.count) tokens with [CLS] and [SEP]",
        expected: "at most \(limit), which the model takes")
    }
    let masks = tokens.indices.filter { tokens[$0] == vocabulary.mask }
    guard !masks.isEmpty else { throw InputError(at: place, "has no [MASK]", expected: "at least one to fill") }
    let logits = masked.logits(
      EncoderInput(batch: 1, time: tokens.count, tokens: tokens), at: masks.map { Int32($0) })
    let probabilities = logits.softmax(alongAxis: -1).elements
    let size = logits.shape[1]
    return masks.enumerated().map { row, position in
      let ids = 0..<size
      func probability(_ id: Int) -> Float { probabilities[row * size + id] }
      let best = ids.sorted { (probability($1), $0) < (probability($0), $1) }.prefix(count)
      return MaskPrediction(
        position: position,
        candidates: best.map { id in
          MaskPrediction.Candidate(
            token: id < vocabulary.count ? vocabulary.tokens[id] : "[id \(id)]", id: id,
            probability: Double(probability(id)))
        })
    }
  }
}
