import Formats
import Foundation
import Kernels
import Platform

/// Queries and keys rotated by angles that grow with the position.
///
/// Source: Su et al. 2021, section 3.2.2 (RoFormer).
public struct RotaryPositions: PositionScheme {
  /// The name.
  public static let name = "rotary"
  /// Its keys.
  public static let keys = [
    PositionKey("theta", .positive(upTo: 1e12), JSONValue(10000), "the base of the frequencies"),
    PositionKey(
      "pairing", .choice(RotaryPairing.allCases.map(\.rawValue)), JSONValue(RotaryPairing.interleaved.rawValue),
      "which two dimensions of a head form a pair"),
    PositionKey("rotaryFraction", .positive(upTo: 1), JSONValue(1), "the share of a head's dimensions that is rotated"),
    PositionKey(
      "rotateValues", .flag, JSONValue(false), "whether values are rotated too, as Hugging Face's rotary_value asks"),
    PositionKey("rotaryLayers", .layers, JSONValue(allLayers), "the layers that rotate, counted from 0"),
  ]
  /// What a file says where every layer rotates.
  package static let allLayers = "all"
  /// Both pairings, the paper's form, a part of each head, and values rotated too.
  ///
  /// - Note: θ is small in some, so that a few positions turn by visible angles.
  public static let checkedForms: [(form: String, scheme: RotaryPositions)] =
    RotaryPairing.allCases.map { (form: $0.rawValue, scheme: RotaryPositions(pairing: $0, theta: 100)) }
    + [
      ("published", RotaryPositions()), ("partial", RotaryPositions(theta: 10, fraction: 0.5)),
      ("values", RotaryPositions(theta: 100, rotatesValues: true)),
      ("first-layer", RotaryPositions(theta: 100, layers: [0])),
    ]

  /// Which two dimensions of a head form a pair.
  public var pairing: RotaryPairing
  /// The base θ of the frequencies θ^(−2i/r), for r rotated dimensions; 10000 in the paper.
  public var theta: Double
  /// The share of each head's dimensions that is rotated; 1 in the paper.
  public var fraction: Double
  /// Whether values are rotated too, as Hugging Face's `rotary_value` asks; not in the paper.
  public var rotatesValues: Bool
  /// The layers that rotate, counted from 0, ascending; `nil` for all, as in the paper.
  public var layers: [Int]?

  /// Rotary positions as in the paper, unless told otherwise.
  public init(
    pairing: RotaryPairing = .interleaved, theta: Double = 10000, fraction: Double = 1, rotatesValues: Bool = false,
    layers: [Int]? = nil
  ) {
    self.pairing = pairing
    self.theta = theta
    self.fraction = fraction
    self.rotatesValues = rotatesValues
    self.layers = layers
  }

  /// The scheme of checked values.
  public init(_ values: PositionKey.Values) {
    self.init(
      pairing: RotaryPairing(rawValue: values.text("pairing"))!, theta: values.number("theta"),
      fraction: values.number("rotaryFraction"), rotatesValues: values.flag("rotateValues"),
      layers: values["rotaryLayers"]?.list?.compactMap(\.integer).sorted())
  }

  /// The values of its keys.
  public var values: PositionKey.Values {
    [
      "theta": JSONValue(theta), "pairing": JSONValue(pairing.rawValue), "rotaryFraction": JSONValue(fraction),
      "rotateValues": JSONValue(rotatesValues),
      "rotaryLayers": layers.map { JSONValue(.list($0.map { JSONValue($0) })) } ?? JSONValue(Self.allLayers),
    ]
  }

  /// How many of a head's dimensions are rotated: the even number nearest below `fraction · headDim`, at least 2.
  public func rotatedDimensions(headDim: Int) -> Int {
    max(2, Int((fraction * Double(headDim) / 2).rounded(.down)) * 2)
  }

  /// Queries and keys are rotated.
  public var rotates: Bool { true }

  /// Where nothing else is said they are in every layer.
  public func rotates(inLayer layer: Int) -> Bool { layers?.contains(layer) ?? true }

  /// The rotation of all positions from the configuration's offset on.
  public func rotation<S: Scalar>(
    _ type: S.Type, positionCount: Int, _ configuration: EncoderConfiguration
  ) -> Rotation<S>? {
    Rotation(
      positionCount: positionCount, rotatedDimensions: rotatedDimensions(headDim: configuration.headDim),
      theta: theta, pairing: pairing, offset: configuration.positionOffset)
  }

  /// Heads of odd size, and layers that there are not.
  public func misfit(_ sizes: PositionSizes) -> PositionMisfit? {
    if let layer = layers?.first(where: { $0 >= sizes.layerCount }) {
      return PositionMisfit(
        key: "rotaryLayers", found: "a list with \(layer)", expected: "layers from 0 to \(sizes.layerCount - 1)")
    }
    let headDim = sizes.hiddenSize / sizes.headCount
    guard headDim % 2 != 0 else { return nil }
    return PositionMisfit(
      key: "heads", found: "\(sizes.headCount), which makes heads of size \(headDim)",
      expected: "an even head size (hiddenSize \(sizes.hiddenSize) divided by heads), since rotary turns pairs of "
        + "dimensions")
  }

  /// Heads of odd size, and angles or parts of heads that there are not.
  public func problems(_ configuration: EncoderConfiguration) -> [(problem: String, expected: String)] {
    var problems: [(problem: String, expected: String)] = []
    if configuration.headDim % 2 != 0 {
      problems.append(("heads have size \(configuration.headDim)", expected: "an even size"))
    }
    if !(theta > 0 && theta.isFinite && fraction > 0 && fraction <= 1) {
      problems.append(
        ("θ is \(theta), rotating \(fraction) of each head", expected: "θ above 0 and a part up to 1"))
    }
    if let layers, layers.isEmpty || !layers.allSatisfy({ (0..<configuration.layerCount).contains($0) }) {
      problems.append(
        ("rotating layers are \(layers)", expected: "some of the layers 0 to \(configuration.layerCount - 1)"))
    }
    return problems
  }
}

extension PositionEncoding {
  /// Queries and keys rotated by angles that grow with the position.
  public static func rotary(_ rotary: RotaryPositions) -> PositionEncoding { PositionEncoding(rotary) }
}

// MARK: - Decay

extension RotaryPositions {
  /// How far rotation lets a query and a key agree at a distance: the mean of |S_j| over the pairs of a head, where
  /// S_j is the sum of exp(i · distance · θ_k) over the first j pairs.
  ///
  /// It bounds the change of a score relative to its vectors, and falls as the distance grows; at distance 0, where all
  /// pairs agree, it is (n + 1) / 2 for n pairs.
  ///
  /// Source: Su et al. 2021, section 3.4.3, eq. 35 to 37, drawn in figure 2.
  ///
  /// - Parameters:
  ///   - distance: between the two positions, in tokens.
  ///   - headDim: the size of a head.
  /// - Returns: the bound, from 0 to (n + 1) / 2.
  public func decay(atDistance distance: Double, headDim: Int) -> Double {
    let size = rotatedDimensions(headDim: headDim)
    var (real, imaginary, total) = (0.0, 0.0, 0.0)
    for pair in 0..<size / 2 {
      let angle = distance * pow(theta, -2 * Double(pair) / Double(size))
      real += cos(angle)
      imaginary += sin(angle)
      total += (real * real + imaginary * imaginary).squareRoot()
    }
    return total / Double(size / 2)
  }

  /// The decay in the heads of each rotary model; that of the paper where there is none.
  public static func drawings(of models: [PositionDrawing.Model], distance: Int) -> [PositionDrawing] {
    func curve(_ name: String, _ scheme: RotaryPositions, _ headDim: Int) -> (label: String, values: [Double]) {
      (
        "\(name): head size \(headDim), θ \(scheme.theta.shortText)",
        (0...distance).map { scheme.decay(atDistance: Double($0), headDim: headDim) }
      )
    }
    var curves = models.compactMap { model in
      let scheme = model.configuration.position.scheme as? RotaryPositions
      return scheme.map { curve(model.name, $0, model.configuration.headDim) }
    }
    if curves.isEmpty {
      // Pairs are made of an even size.
      curves = [curve("as in the paper", RotaryPositions(), max(2, models.widest.headDim / 2 * 2))]
    }
    return [PositionDrawing("rotary-decay", title: "Rotary positions: agreement falls with distance", .curves(curves))]
  }
}

// MARK: - In metadata

extension RotaryPositions {
  private enum CodingKeys: String, CodingKey {
    case rotary
  }

  private enum ParameterKeys: String, CodingKey {
    case pairing, theta, fraction, rotatesValues, layers
  }

  /// Reads a checkpoint's description; what it does not say is as in the paper.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let parameters = try container.nestedContainer(keyedBy: ParameterKeys.self, forKey: .rotary)
    self.init()
    try parameters.decode(into: &pairing, .pairing)
    try parameters.decode(into: &theta, .theta)
    try parameters.decode(into: &fraction, .fraction)
    try parameters.decode(into: &rotatesValues, .rotatesValues)
    layers = try parameters.decodeIfPresent([Int].self, forKey: .layers)
  }

  /// Writes all parameters, in an object of their own.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    var parameters = container.nestedContainer(keyedBy: ParameterKeys.self, forKey: .rotary)
    try parameters.encode(pairing, forKey: .pairing)
    try parameters.encode(theta, forKey: .theta)
    try parameters.encode(fraction, forKey: .fraction)
    try parameters.encode(rotatesValues, forKey: .rotatesValues)
    try parameters.encodeIfPresent(layers, forKey: .layers)
  }
}
