import Autodiff
import Formats
import Kernels

/// Positions that are compared with positions, and words with words: nothing is added to the embeddings, and a score is
/// (xᵢ·W_Q · xⱼ·W_K + pᵢ·U_Q · pⱼ·U_K) / √(2d).
///
/// Source: Ke et al. 2021 (TUPE, arXiv:2006.15595v4), section 3.1 and, for `[CLS]`, 3.2. The trained table p and the
/// matrices U are shared by the layers. As in the authors' program the rows of p go through a LayerNorm first.
///
/// `[CLS]`, the first token, is untied from positions: what others add to their scores with it is one trained number a head
/// (θ₂). What it would add to all of its own (θ₁) softmax does not see, so it is left out.
public struct UntiedPositions: TabledPositions, ScoreBiasPositions {
  /// The name.
  public static let name = "untied"
  /// Its keys.
  public static let keys = [PositionKey.tableLength]
  static let doing = "untied positions are added"
  /// Its one form; nine positions are enough for what is checked.
  public static let checkedForms = [(form: "", scheme: UntiedPositions(positionCount: 9))]

  /// The length of the table.
  public let positionCount: Int

  /// A table of a length.
  public init(positionCount: Int) {
    self.positionCount = positionCount
  }

  /// The scheme of checked values.
  public init(_ values: PositionKey.Values) {
    self.init(positionCount: values.integer("positions"))
  }

  /// The values of its keys.
  public var values: PositionKey.Values { ["positions": JSONValue(positionCount)] }

  /// What words say to one another, and what positions do.
  public var scoreTerms: Int { 2 }

  /// What positions say to one another.
  public func scoreBias<S: Scalar>(
    _ scope: ParameterScope<S>, _ configuration: EncoderConfiguration
  ) -> ((_ time: Int) -> Tensor<S>)? {
    let (size, deviation) = (configuration.hiddenSize, configuration.initializerDeviation)
    let (heads, headDim, offset) = (configuration.headCount, configuration.headDim, configuration.positionOffset)
    let scope = scope["encoder"]["untied"]
    let table = scope["position_embeddings"].parameter(
      "weight", .embedding, shape: [positionCount, size], .truncatedNormal(standardDeviation: deviation))
    let norm = Normalization(scope["LayerNorm"], size: size, epsilon: configuration.layerNormEpsilon)
    let query = Dense(scope["query"], from: size, to: size, hasBias: false, deviation: deviation)
    let key = Dense(scope["key"], from: size, to: size, hasBias: false, deviation: deviation)
    let towardsFirst = scope.parameter("first_bias", .bias, shape: [heads, 1, 1], .constant(0))
    let scale = S(configuration.scoreScale)
    return { time in
      let rows = norm(table.sliced(alongAxis: 0, offset..<offset + time))
      /// `[heads, time, headDim]`.
      func headsFirst(_ x: Tensor<S>) -> Tensor<S> { x.reshaped(to: [time, heads, headDim]).transposed([1, 0, 2]) }
      let scores = headsFirst(query(rows)).matrixMultiplied(by: headsFirst(key(rows)), transposingOther: true)
      /// 1 for the pairs of a query and a key that are asked for.
      func pairs(_ isOne: (_ query: Int, _ key: Int) -> Bool) -> Tensor<S> {
        Tensor((0..<time * time).map { isOne($0 / time, $0 % time) ? 1 : 0 }, shape: [1, time, time])
      }
      return scores.scaled(by: scale) * pairs { $0 > 0 && $1 > 0 } + towardsFirst * pairs { $0 > 0 && $1 == 0 }
    }
  }

  /// The table.
  public func tables(_ configuration: EncoderConfiguration) -> [(name: String, shape: [Int], axes: String)] {
    [("encoder.untied.position_embeddings.weight", [positionCount, configuration.hiddenSize], "positions × width")]
  }
}

extension PositionEncoding {
  /// Positions that are compared with positions, and words with words.
  public static func untied(positionCount: Int) -> PositionEncoding {
    PositionEncoding(UntiedPositions(positionCount: positionCount))
  }
}
