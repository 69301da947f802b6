import Foundation

/// What PyTorch computed of one small encoder; `Tests/Fixtures/pytorch/make.py` makes the files and says what is in them.
public struct PyTorchFixture: Sendable {
  /// The position encodings, a file each.
  public static let encodings = [
    "none", "learned", "sinusoidal-plain", "sinusoidal-scaled-tokens", "sinusoidal-learned", "rotary-interleaved",
    "rotary-halves", "rotary-partial",
  ]

  /// The sizes of the encoders, and of their training.
  public enum Size {
    /// Tokens in the vocabulary.
    public static let vocabulary = 19
    /// The width d.
    public static let hidden = 12
    /// Attention heads.
    public static let heads = 2
    /// Transformer blocks.
    public static let layers = 2
    /// The inner width of the feed-forward network.
    public static let feedForward = 20
    /// Rows of the learned table.
    public static let positions = 9
    /// Sequences a batch.
    public static let batch = 3
    /// Tokens a sequence.
    public static let time = 7
    /// Steps of training.
    public static let steps = 10
    /// Steps over which the learning rate rises.
    public static let warmup = 3
    /// The highest learning rate.
    public static let peakRate = 5e-3
    /// The global norm to which gradients are clipped.
    public static let clipNorm = 1.9
    /// Decoupled weight decay.
    public static let weightDecay = 0.01
    /// ε in the denominator of AdamW.
    public static let epsilon = 1e-4
  }

  /// A batch of one step.
  public struct Batch: Sendable {
    /// `[batch · time]`.
    public let tokens: [Int32]
    /// `[batch · time]`.
    public let tokenTypes: [Int32]
    /// `[batch · time]`; `true` where a token is padding.
    public let keyPadding: [Bool]
    /// Where tokens are to be found.
    public let positions: [Int32]
    /// The tokens to be found there.
    public let labels: [Int32]
  }

  /// What an implementation computes of the first batch, and in ten steps of training.
  public struct Trace: Sendable {
    /// Tensors by the names of the file: `logits`, `loss`, `gradient.NAME`, `losses`, `norms`, `final.NAME`.
    public var tensors: [String: [Double]] = [:]

    /// Nothing yet.
    public init() {}
  }

  /// The position encoding's name.
  public let encoding: String
  private let tensors: [String: Tensor]

  private struct Tensor: Sendable {
    let shape: [Int]
    let elements: [Double]
  }

  /// Reads a fixture.
  public init(_ encoding: String) throws {
    self.encoding = encoding
    // Not through the library's own reader: a fault of it must not hide one of the gradients.
    let path = PackageFile.fixture("pytorch/\(encoding).safetensors")
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: [String: Any]] ?? [:]
    tensors = header.filter { $0.key != "__metadata__" }.mapValues { entry in
      let offsets = entry["data_offsets"] as? [Int] ?? [0, 0]
      let bytes = [UInt8](data[8 + length + offsets[0]..<8 + length + offsets[1]])
      let elements = bytes.withUnsafeBytes { raw in
        entry["dtype"] as? String == "F64"
          ? (0..<raw.count / 8).map { raw.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
          : (0..<raw.count / 4).map { Double(raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)) }
      }
      return Tensor(shape: entry["shape"] as? [Int] ?? [], elements: elements)
    }
  }

  /// The names of the weights.
  public var weightNames: [String] {
    tensors.keys.filter { $0.hasPrefix("initial.") }.map { String($0.dropFirst("initial.".count)) }.sorted()
  }

  /// The first value of a weight, a `Float` each, in whichever precision.
  public func initial(_ name: String) -> (shape: [Int], elements: [Double])? {
    tensors["initial." + name].map { ($0.shape, $0.elements) }
  }

  /// The batch of a step, the first being 1.
  public func batch(_ step: Int) -> Batch {
    func row(_ name: String) -> [Double] {
      let all = tensors[name]?.elements ?? []
      let size = all.count / Size.steps
      return Array(all[(step - 1) * size..<step * size])
    }
    return Batch(
      tokens: row("tokens").map { Int32($0) }, tokenTypes: row("types").map { Int32($0) },
      keyPadding: row("hidden").map { $0 == 1 }, positions: row("positions").map { Int32($0) },
      labels: row("labels").map { Int32($0) })
  }

  /// How far each tensor of a trace is from PyTorch's: the norm of the difference over the norm.
  ///
  /// Without rotation a key's bias adds the same to all scores of a query, which softmax does not see: its gradient is
  /// zero but for roundings, so its error is the norm of the difference itself.
  ///
  /// - Parameters:
  ///   - trace: what an implementation computed.
  ///   - precision: `double` or `float`.
  /// - Returns: an error for every tensor of the file; infinite for one that is missing or of another size.
  public func errors(of trace: Trace, precision: String) -> [(name: String, error: Double)] {
    tensors.keys.sorted().filter { $0.hasPrefix(precision + ".") }.map { key in
      let name = String(key.dropFirst(precision.count + 1))
      let expected = tensors[key]?.elements ?? []
      guard let found = trace.tensors[name], found.count == expected.count else { return (name, .infinity) }
      let difference = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      let norm = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let isZero = name.hasPrefix("gradient.") && name.hasSuffix("key.bias") && !encoding.hasPrefix("rotary")
      let error = isZero ? difference : difference / norm
      return (name, error.isNaN ? .infinity : error)
    }
  }
}
