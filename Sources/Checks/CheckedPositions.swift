import Kernels
import Models

extension PositionEncoding {
  /// Every position encoding in every form that has a gradient of its own, by name; those of one form first.
  static let checked: [(name: String, encoding: PositionEncoding)] = {
    let families = PositionFamily.allCases.map(\.checked)
    return (families.filter { $0.count == 1 } + families.filter { $0.count > 1 }).flatMap(\.self)
  }()

  /// One that goes through attention, for what is checked with one encoding alone.
  static let inAttention = PositionFamily.usual.standard(sequenceLength: 9)

  /// One that has a table among the embeddings: sequences cannot be longer than it.
  static let inEmbeddings = checked.first { $0.encoding.scheme.maximumLength != nil }!.encoding
}
