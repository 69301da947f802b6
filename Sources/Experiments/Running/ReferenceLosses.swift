import Curves
import Models
import Platform

/// Losses that need no order of words: who stays there has learned a bag of words.
struct ReferenceLosses: Sendable {
  /// The loss of predicting by the frequencies of words alone, by arm, in nats.
  let unigram: [String: Double]
  /// The losses at which runs without positions have ended, by what was trained at which rate.
  private var endsWithoutPositions: [Setting: [Double]] = [:]

  private struct Setting: Hashable {
    let arm: String
    let learningRate: Double
  }

  /// References of a stage.
  ///
  /// - Parameters:
  ///   - unigram: the losses of word frequencies, by arm.
  ///   - done: the cells that were done before.
  ///   - folder: the experiment's folder.
  /// - Throws: `InputError` if a curve cannot be understood.
  init(unigram: [String: Double], done: [Cell], in folder: String) throws {
    self.unigram = unigram
    let curves = FolderCurves(folder: folder)
    for cell in done where cell.arm.position == .none {
      let rows = try curves.rows(of: [cell])
      add(cell, rows.last { $0.point[.validationLoss] != nil }?.point[.validationLoss])
    }
  }

  /// Takes the loss at which a run has ended.
  mutating func add(_ cell: Cell, _ loss: Double?) {
    guard cell.arm.position == .none, let loss, loss.isFinite else { return }
    endsWithoutPositions[Setting(arm: cell.arm.name, learningRate: cell.learningRate), default: []].append(loss)
  }

  /// What progress says beside a held-out loss of a cell: `word frequencies 6.31, without positions 5.2`.
  func text(of cell: Cell) -> String? {
    let words = unigram[cell.arm.name].map { ["word frequencies \($0.formatted(decimals: 2))"] } ?? []
    // The best that is known without positions on the same masks: other masks have other word frequencies.
    let means = endsWithoutPositions.filter { unigram[$0.key.arm] == unigram[cell.arm.name] }.map { _, losses in
      losses.reduce(0, +) / Double(losses.count)
    }
    let none = means.min().map { ["without positions \($0.formatted(decimals: 2))"] } ?? []
    return words.isEmpty && none.isEmpty ? nil : (words + none).joined(separator: ", ")
  }

  /// The line that is shown before training: the losses of word frequencies, the lowest to the highest.
  var announcement: String? {
    guard let low = unigram.values.min(), let high = unigram.values.max() else { return nil }
    let texts = [low, high].map { $0.formatted(decimals: 3) }
    let range = texts[0] == texts[1] ? texts[0] : texts.joined(separator: " to ")
    return "word frequencies alone: \(range) nats on the held-out tokens"
  }
}
