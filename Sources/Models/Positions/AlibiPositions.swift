import Autodiff
import Foundation
import Kernels

/// A penalty on distance, added to the scores of attention: −slope · |i − j|, each head with its slope; nothing is trained.
///
/// Source: Press et al. 2022 (ALiBi, arXiv:2108.12409v2), section 3, for decoders; an encoder sees both sides, and both are
/// penalized alike.
public struct AlibiPositions: ScoreBiasPositions {
  /// The name.
  public static let name = "alibi"
  /// It has no keys.
  public static let keys: [PositionKey] = []
  static let doing = "ALiBi adds penalties on distance"
  /// Its one form.
  public static let checkedForms = [(form: "", scheme: AlibiPositions())]

  /// Penalties on distance.
  public init() {}

  /// Penalties on distance.
  public init(_ values: PositionKey.Values) {}

  /// It has no keys.
  public var values: PositionKey.Values { [:] }

  /// The slopes of H heads: 2^(−8h/H) for h from 1 to H if H is a power of two.
  ///
  /// For others they are those of the largest power of two below, n, and then every second one of those for 2n, from the
  /// first on.
  ///
  /// Source: Press et al. 2022, section 3 and, for head counts that are no powers of two, the authors' `get_slopes`
  /// (github.com/ofirpress/attention_with_linear_biases, `fairseq/models/transformer.py`).
  public static func slopes(headCount: Int) -> [Double] {
    func geometric(_ count: Int) -> [Double] { (1...count).map { pow(2, -8 * Double($0) / Double(count)) } }
    var power = 1
    while power * 2 <= headCount { power *= 2 }
    let others = stride(from: 0, to: 2 * power, by: 2).map { geometric(2 * power)[$0] }
    return geometric(power) + others.prefix(headCount - power)
  }

  /// The penalties.
  public func scoreBias<S: Scalar>(
    _ scope: ParameterScope<S>, _ configuration: EncoderConfiguration
  ) -> ((_ time: Int) -> Tensor<S>)? {
    let slopes = Self.slopes(headCount: configuration.headCount)
    return { time in
      let diagonals = slopes.flatMap { slope in (1 - time..<time).map { S(-slope * Double(abs($0))) } }
      return Tensor(diagonals, shape: [slopes.count, 2 * time - 1]).toeplitz()
    }
  }
}

extension PositionEncoding {
  /// A penalty on distance, added to the scores of attention.
  public static let alibi = PositionEncoding(AlibiPositions())
}
