import Autodiff
import Kernels

/// An implementation that is wrong in one place.
public struct Mutant: Sendable, CustomStringConvertible {
  /// What is wrong.
  public let description: String
  /// The operations, one of them wrong.
  public let operations: OperationSet

  private init(_ description: String, _ change: (inout OperationSet) -> Void) {
    self.description = description
    var operations = OperationSet.right
    change(&operations)
    self.operations = operations
  }

  /// Every mutant.
  public static let all = gradients + forwards + encodings + training

  private typealias Value = OperationSet.Value

  /// The right values with a wrong gradient.
  private static let gradients: [Mutant] = [
    Mutant("difference: the sign of the second gradient") {
      $0.subtract = { a, b in
        Value.operation("mutant", [a, b]) {
          $0[0] - $0[1]
        } pullback: { dy, _, _ in
          [dy, dy]
        }
      }
    },
    Mutant("cross-entropy: the sign of the gradient") {
      $0.crossEntropy = { logits, labels in
        wrong([logits], { $0[0].crossEntropy(labels: labels) }) { _, right in [-right[0]] }
      }
    },
    Mutant("GELU: the gradient without x·φ(x)") {
      $0.gelu = { x in
        Value.operation("mutant", [x]) {
          $0[0].gelu()
        } pullback: { dy, inputs, _ in
          let half = Value(repeating: 0.5)
          return [dy * (inputs[0].scaled(by: 0.5.squareRoot()).erf() * half + half)]
        }
      }
    },
    Mutant("linear: dL/dx with the transposed weight") {
      $0.linear = { x, weight, bias in
        guard weight.shape[0] == weight.shape[1] else { return x.linear(weight: weight, bias: bias) }
        return wrong([x, weight, bias], { $0[0].linear(weight: $0[1], bias: $0[2]) }) { dy, right in
          let weight = weight.detached
          return [dy.linear(weight: weight, bias: Value(repeating: 0, shape: [weight.shape[0]])), right[1], right[2]]
        }
      }
    },
    Mutant("LayerNorm: the gradient without its mean term") {
      $0.layerNorm = { x, gain, bias in
        wrong([x, gain, bias], { $0[0].layerNorm(gain: $0[1], bias: $0[2]) }) { dy, right in
          // Put back what the right gradient takes off: ρ · mean(dy · gain).
          let gain = gain.detached
          let x = x.detached
          let count = Double(gain.count)
          let means = column((dy * gain).sum(alongAxes: [-1]).scaled(by: 1 / count))
          let centred = x - column(x.sum(alongAxes: [-1]).scaled(by: 1 / count))
          let variance = (centred * centred).sum(alongAxes: [-1]).scaled(by: 1 / count)
          let deviation = Value(variance.elements.map { $0.squareRoot() }, shape: variance.shape)
          return [right[0] + means / column(deviation), right[1], right[2]]
        }
      }
    },
    Mutant("softmax: the gradient without its row sum") {
      $0.softmax = { x in
        Value.operation("mutant", [x]) {
          $0[0].softmax()
        } pullback: { dy, _, y in
          [dy * y]
        }
      }
    },
    Mutant("embedding: the gradient overwrites instead of accumulating") {
      $0.gather = { table, rows, leading in
        Value.operation("mutant", [table]) {
          $0[0].gathering(rows: rows, leading: leading)
        } pullback: { dy, inputs, _ in
          let columns = inputs[0].shape[1]
          var gradient = [Double](repeating: 0, count: inputs[0].count)
          for (place, row) in rows.enumerated() {
            let from = dy.elements[place * columns..<(place + 1) * columns]
            gradient.replaceSubrange(Int(row) * columns..<(Int(row) + 1) * columns, with: from)
          }
          return [Value(gradient, shape: inputs[0].shape)]
        }
      }
    },
    Mutant("attention: the gradient of its bias is that of the first sequence") {
      $0.addBias = { scores, bias in
        wrong([scores, bias], { $0[0] + $0[1] }) { dy, right in
          [right[0], dy.detached.sliced(alongAxis: 0, 0..<1).reshaped(to: right[1].shape)]
        }
      }
    },
    Mutant("rotary: rotates forward in the backward pass") {
      $0.rotate = { x, rotation in
        Value.operation("mutant", [x]) {
          $0[0].rotated(by: rotation)
        } pullback: { dy, _, _ in
          [dy.rotated(by: rotation)]
        }
      }
    },
    Mutant("rotary: rotates both ways in the backward pass") {
      $0.rotate = { x, rotation in
        Value.operation("mutant", [x]) {
          $0[0].rotated(by: rotation)
        } pullback: { dy, _, _ in
          rightGradients([x.detached], { $0[0].rotated(by: rotation) }, dy.rotated(by: rotation))
        }
      }
    },
  ]

  /// Wrong values whose gradients are those of the wrong function: differences agree with them.
  private static let forwards: [Mutant] = [
    Mutant("attention: ignores padding") { $0.hide = { scores, _ in scores } },
    Mutant("attention: ignores its bias") { $0.addBias = { $0 + $1.scaled(by: 0) } },
    Mutant("attention: takes its bias off") { $0.addBias = { $0 - $1 } },
    Mutant("attention: exchanges queries and keys of its bias") { $0.addBias = { $0 + $1.swappingAxes() } },
    Mutant("attention: scores are not scaled") { $0.scoreScale = { _ in 1 } },
    Mutant("GELU: the form with tanh") {
      $0.gelu = { x in
        let inner = (x + (x * x * x).scaled(by: 0.044715)).scaled(by: (2 / Double.pi).squareRoot()).tanh()
        return (x * (inner + Value(repeating: 1))).scaled(by: 0.5)
      }
    },
    Mutant("dropout: rescales by 1 − rate") {
      $0.dropout = { x, rate, source in
        x.dropout(rate: rate, source: source).scaled(by: (1 - rate) * (1 - rate))
      }
    },
  ]

  /// Position encodings that are none, or another one.
  private static let encodings: [Mutant] = [
    Mutant("rotary: does not rotate") { $0.rotate = { x, _ in x } },
    Mutant("rotary: rotates values") { $0.rotateValues = { $0.rotated(by: $1) } },
    Mutant("rotary: ignores θ") { $0.theta = { _ in 10000 } },
    Mutant("sinusoids: begin at position 1") { $0.firstPosition = 1 },
  ]

  /// A wrong optimizer.
  private static let training: [Mutant] = [
    Mutant("AdamW: decays biases") { $0.decays = { _ in true } },
    Mutant("AdamW: decays nothing") { $0.decays = { _ in false } },
    Mutant("AdamW: does not correct its moments") { $0.momentCorrection = { _, _ in 1 } },
    Mutant("clipping: is off") { $0.clipFactor = { _, _ in 1 } },
    Mutant("clipping: scales small gradients up") { $0.clipFactor = { norm, limit in limit / norm } },
  ]

  /// A function with gradients that are made of the right ones.
  private static func wrong(
    _ inputs: [Value], _ function: @escaping ([Value]) -> Value,
    gradients: @escaping (_ cotangent: Value, _ right: [Value]) -> [Value?]
  ) -> Value {
    Value.operation("mutant", inputs, forward: function) { dy, inputs, _ in
      gradients(dy, rightGradients(inputs, function, dy))
    }
  }

  /// The right gradients of a function.
  private static func rightGradients(
    _ inputs: [Value], _ function: ([Value]) -> Value, _ cotangent: Value
  ) -> [Value] {
    let tape = Tape<Double>()
    let variables = inputs.map(tape.variable)
    let gradients = tape.gradients(of: function(variables), cotangent: cotangent)
    return variables.map { gradients[$0] ?? Value(repeating: 0, shape: $0.shape) }
  }

  /// Row values as a column.
  private static func column(_ x: Value) -> Value { x.reshaped(to: x.shape + [1]) }
}
