import Autodiff
import Foundation
import Kernels

/// A trained number for each bucket of offsets and each head, added to the scores of attention in every layer.
///
/// Source: Raffel et al. 2020 (T5, arXiv:1910.10683v4), section 2.1: 32 buckets for offsets, those to keys before the query
/// and those to keys after it apart; from an offset of 128 on there is one bucket left. As in T5 the table is shared by the
/// layers; unlike there, scores are divided by √d as in every other encoder of this package.
public struct RelativePositions: ScoreBiasPositions {
  /// The name.
  public static let name = "relative"
  /// It has no keys.
  public static let keys: [PositionKey] = []
  static let doing = "relative positions add numbers"
  /// Its one form.
  public static let checkedForms = [(form: "", scheme: RelativePositions())]

  /// Buckets: half of them for keys up to the query's position, half for those after it.
  public static let bucketCount = 32
  /// The distance from which on all share a bucket.
  public static let maximumDistance = 128

  /// Numbers by buckets of offsets.
  public init() {}

  /// Numbers by buckets of offsets.
  public init(_ values: PositionKey.Values) {}

  /// It has no keys.
  public var values: PositionKey.Values { [:] }

  /// The bucket of an offset, key's position − query's position.
  ///
  /// On each side the first 8 distances have a bucket each; distance r after them is in bucket
  /// 8 + ⌊8 · log(r/8) / log(128/8)⌋, at most 15. Keys after the query have 16 more.
  ///
  /// Source: `T5Attention._relative_position_bucket` of transformers, bidirectional.
  public static func bucket(offset: Int) -> Int {
    let (side, distance) = (bucketCount / 2, abs(offset))
    let exact = side / 2
    let first = offset > 0 ? side : 0
    guard distance >= exact else { return first + distance }
    let share = log(Double(distance) / Double(exact)) / log(Double(maximumDistance) / Double(exact))
    // Where a bucket begins at a whole distance, as at 16, 32 and 64, a rounded logarithm must not fall short of it.
    let beyond = Int((share * Double(side - exact) + 1e-9).rounded(.down))
    return first + min(exact + beyond, side - 1)
  }

  /// The table's numbers by offset.
  public func scoreBias<S: Scalar>(
    _ scope: ParameterScope<S>, _ configuration: EncoderConfiguration
  ) -> ((_ time: Int) -> Tensor<S>)? {
    let table = scope["encoder"].parameter(
      Self.tableName, .bias, shape: [Self.bucketCount, configuration.headCount],
      .truncatedNormal(standardDeviation: configuration.initializerDeviation))
    return { time in
      table.gathering(rows: (1 - time..<time).map { Int32(Self.bucket(offset: $0)) }).swappingAxes().toeplitz()
    }
  }

  private static let tableName = "relative_attention_bias.weight"

  /// The table.
  public func tables(_ configuration: EncoderConfiguration) -> [(name: String, shape: [Int], axes: String)] {
    [("encoder." + Self.tableName, [Self.bucketCount, configuration.headCount], "buckets × heads")]
  }
}

extension PositionEncoding {
  /// A trained number for each bucket of offsets and each head, added to the scores of attention.
  public static let relative = PositionEncoding(RelativePositions())
}
