import Autodiff
import Formats
import Kernels

/// One way to tell an encoder where a token stands: a value, and the one thing in which the arms of an experiment differ.
///
/// A scheme enters at seams: it is added to the embeddings, it rotates queries and keys, or it is added to the scores of
/// attention. Whatever else the program has to know of it stands beside that in one file: its keys in experiment files,
/// what it demands of sizes, its weights, the forms that are checked, its pictures, and what it becomes in other programs.
/// `PositionFamily.allCases` lists all schemes.
///
/// Its `Codable` form is what checkpoints hold, beside the name as `kind`.
public protocol PositionScheme: Codable, Sendable, Equatable {
  /// The name in experiment files, tables and checkpoints.
  static var name: String { get }

  // MARK: What it does

  /// The first seam: what is added to the embeddings.
  ///
  /// - Parameters:
  ///   - scope: where the scheme's weights are, if it has any.
  ///   - configuration: the encoder that it is a part of.
  /// - Returns: `nil` if nothing is added.
  func addition<S: Scalar>(_ scope: ParameterScope<S>, _ configuration: EncoderConfiguration) -> AddedPositions<S>?

  /// The second seam: how queries and keys are rotated.
  ///
  /// - Parameters:
  ///   - type: of the numbers.
  ///   - positionCount: how many positions there are from the configuration's offset on.
  ///   - configuration: the encoder that it is a part of.
  /// - Returns: `nil` if nothing is rotated.
  func rotation<S: Scalar>(_ type: S.Type, positionCount: Int, _ configuration: EncoderConfiguration) -> Rotation<S>?

  /// Whether queries and keys are rotated, that is, whether `rotation` gives anything.
  var rotates: Bool { get }

  /// Whether the rotation acts in a layer, counted from 0.
  func rotates(inLayer layer: Int) -> Bool

  /// The third seam: what is added to the scores of attention, before softmax.
  ///
  /// - Parameters:
  ///   - scope: where the scheme's weights are, if it has any; their names begin at the model's.
  ///   - configuration: the encoder that it is a part of.
  /// - Returns: what gives the addition for a number of positions, `[heads, time, time]` with queries before keys; `nil`
  ///   if nothing is added.
  func scoreBias<S: Scalar>(
    _ scope: ParameterScope<S>, _ configuration: EncoderConfiguration
  ) -> ((_ time: Int) -> Tensor<S>)?

  /// How many products the scores of attention are sums of, each of the size of one: scores are divided by
  /// √(terms · headDim).
  var scoreTerms: Int { get }

  /// Whether attention's values are rotated as queries and keys are.
  var rotatesValues: Bool { get }

  /// The longest sequence that it can number; `nil` if its positions have no end.
  var maximumLength: Int? { get }

  // MARK: Experiment files

  /// The keys of an experiment's `model` that it heeds, in the order in which they are written.
  static var keys: [PositionKey] { get }

  /// The scheme that values of its keys describe.
  ///
  /// - Precondition: there is a value of the key's kind for every key.
  init(_ values: PositionKey.Values)

  /// The values of its keys.
  var values: PositionKey.Values { get }

  // MARK: What it demands

  /// Why an experiment's sizes do not fit it; `nil` if they do.
  func misfit(_ sizes: PositionSizes) -> PositionMisfit?

  /// What a file may claim of it and must not: each a problem, as in `describes a model whose PROBLEM`.
  func problems(_ configuration: EncoderConfiguration) -> [(problem: String, expected: String)]

  /// Its weights that grow with the model's sizes, by name, each with its axes in words.
  ///
  /// Files are held against these shapes before any memory is taken.
  func tables(_ configuration: EncoderConfiguration) -> [(name: String, shape: [Int], axes: String)]

  // MARK: Checks, pictures and exchange

  /// Every form that has a gradient of its own, by what stands after the name.
  static var checkedForms: [(form: String, scheme: Self)] { get }

  /// What is drawn of the scheme, whether or not one of the models has it.
  ///
  /// - Parameters:
  ///   - models: what is drawn; at least one.
  ///   - distance: the largest distance between two positions, in tokens.
  /// - Returns: the pictures; none if there is nothing to be seen.
  static func drawings(of models: [PositionDrawing.Model], distance: Int) -> [PositionDrawing]

  /// The scheme that other programs know and that computes the same.
  ///
  /// - Parameters:
  ///   - positionCount: how many positions the other one is to have, if it has an end.
  ///   - configuration: the encoder.
  ///   - store: its weights.
  /// - Returns: that scheme, or why there is none.
  func equivalent(
    positionCount: Int, _ configuration: EncoderConfiguration, _ store: ParameterStore<Float>
  ) -> PositionEquivalent
}

extension PositionScheme {
  /// Nothing is added.
  public func addition<S: Scalar>(
    _ scope: ParameterScope<S>, _ configuration: EncoderConfiguration
  ) -> AddedPositions<S>? { nil }

  /// Nothing is rotated.
  public func rotation<S: Scalar>(
    _ type: S.Type, positionCount: Int, _ configuration: EncoderConfiguration
  ) -> Rotation<S>? { nil }

  /// Nothing is added.
  public func scoreBias<S: Scalar>(
    _ scope: ParameterScope<S>, _ configuration: EncoderConfiguration
  ) -> ((_ time: Int) -> Tensor<S>)? { nil }

  /// Queries times keys, and nothing else of that size.
  public var scoreTerms: Int { 1 }

  /// They are not.
  public var rotates: Bool { false }

  /// Where there is one, it does.
  public func rotates(inLayer layer: Int) -> Bool { rotates }

  /// Values stay as they are.
  public var rotatesValues: Bool { false }

  /// There is no end.
  public var maximumLength: Int? { nil }

  /// Every size fits.
  public func misfit(_ sizes: PositionSizes) -> PositionMisfit? { nil }

  /// There are none.
  public func problems(_ configuration: EncoderConfiguration) -> [(problem: String, expected: String)] { [] }

  /// There are none.
  public func tables(_ configuration: EncoderConfiguration) -> [(name: String, shape: [Int], axes: String)] { [] }

  /// There is nothing to be seen.
  public static func drawings(of models: [PositionDrawing.Model], distance: Int) -> [PositionDrawing] { [] }

  /// Others know the scheme itself.
  public func equivalent(
    positionCount: Int, _ configuration: EncoderConfiguration, _ store: ParameterStore<Float>
  ) -> PositionEquivalent { .scheme(PositionEncoding(self)) }

  /// Whether another scheme is of this type and equal.
  func isEqual(to other: any PositionScheme) -> Bool { other as? Self == self }
}

/// The sizes of an experiment's model that a scheme may make demands of.
public struct PositionSizes: Sendable {
  let hiddenSize: Int
  let embeddingSize: Int
  let headCount: Int
  let layerCount: Int
  let sequenceLength: Int

  /// The sizes as an experiment's keys of these names give them.
  public init(hiddenSize: Int, embeddingSize: Int, headCount: Int, layerCount: Int, sequenceLength: Int) {
    self.hiddenSize = hiddenSize
    self.embeddingSize = embeddingSize
    self.headCount = headCount
    self.layerCount = layerCount
    self.sequenceLength = sequenceLength
  }
}

/// Why an experiment's sizes do not fit a scheme.
public struct PositionMisfit: Sendable {
  /// The key of `model` that is at fault.
  public let key: String
  /// Its value, with a reason if the value alone gives none.
  public let found: String
  /// What would fit.
  public let expected: String
}

/// What a scheme is in other programs.
public enum PositionEquivalent {
  /// This scheme, over the same weights.
  case scheme(PositionEncoding)
  /// Rows that are added to the embeddings and do not change any more: `[positionCount, embeddingSize]`.
  case table(Tensor<Float>)
  /// There is none, for this reason.
  case nothing(reason: String)
}
