import Kernels

extension Tensor {
  /// a + b, element by element, shapes broadcast.
  ///
  /// Backward: dL/da = dL/db = dL/dy, summed along axes that were stretched.
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    let counts = [a.count, b.count]
    return binary("+", .add, a, b) { back, shape, aStrides, bStrides in
      for (i, strides) in [aStrides, bStrides].enumerated() {
        if counts[i] == back.cotangent.count {
          back.pass(to: i)
        } else {
          back.into(i) { sumReducing(back.dy, shape: shape, keeping: strides, into: $0, $1) }
        }
      }
    }
  }

  /// a − b, element by element, shapes broadcast.
  ///
  /// Backward: dL/da = dL/dy, dL/db = −dL/dy, summed along axes that were stretched.
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    binary("-", .subtract, a, b) { back, shape, aStrides, bStrides in
      back.into(0) { sumReducing(back.dy, shape: shape, keeping: aStrides, into: $0, $1) }
      back.into(1) { target, accumulation in
        let count = back.cotangent.count
        withScratch(count) { negative in
          scale(back.dy, by: -1, count: count, into: negative)
          sumReducing(negative, shape: shape, keeping: bStrides, into: target, accumulation)
        }
      }
    }
  }

  /// a · b, element by element, shapes broadcast.
  ///
  /// Backward: dL/da = dL/dy · b, dL/db = dL/dy · a, summed along axes that were stretched.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    let (x, y) = (a.storage, b.storage)
    return binary("*", .multiply, a, b) { back, shape, aStrides, bStrides in
      back.into(0) { target, accumulation in
        withCombined(.multiply, back, y.pointer, bStrides, shape) {
          sumReducing($0, shape: shape, keeping: aStrides, into: target, accumulation)
        }
      }
      back.into(1) { target, accumulation in
        withCombined(.multiply, back, x.pointer, aStrides, shape) {
          sumReducing($0, shape: shape, keeping: bStrides, into: target, accumulation)
        }
      }
    }
  }

  /// a / b, element by element, shapes broadcast.
  ///
  /// Backward: dL/da = dL/dy / b, dL/db = −dL/dy · a / b², summed along axes that were stretched.
  public static func / (a: Tensor, b: Tensor) -> Tensor {
    let (x, y) = (a.storage, b.storage)
    return binary("/", .divide, a, b) { back, shape, aStrides, bStrides in
      withCombined(.divide, back, y.pointer, bStrides, shape) { quotient in
        back.into(0) { sumReducing(quotient, shape: shape, keeping: aStrides, into: $0, $1) }
        back.into(1) { target, accumulation in
          let strides = rowMajorStrides(shape)
          broadcast(
            .multiply, quotient, aStrides: strides, x.pointer, bStrides: aStrides, shape: shape, into: quotient)
          broadcast(
            .divide, quotient, aStrides: strides, y.pointer, bStrides: bStrides, shape: shape, into: quotient)
          scale(quotient, by: -1, count: back.cotangent.count, into: quotient)
          sumReducing(quotient, shape: shape, keeping: bStrides, into: target, accumulation)
        }
      }
    }
  }

  /// −x, element by element.
  ///
  /// Backward: dL/dx = −dL/dy.
  public static prefix func - (x: Tensor) -> Tensor {
    x.scaled(by: -1)
  }

  /// factor · x, for a number that gets no gradient.
  ///
  /// Backward: dL/dx = factor · dL/dy.
  public func scaled(by factor: S) -> Tensor {
    let output = Storage<S>(uninitialized: count)
    scale(values, by: factor, count: count, into: output.pointer)
    return Tape.record("scaled", [self], output, shape: shape) { [count] back in
      back.into(0) { scale(back.dy, by: factor, count: count, into: $0, $1) }
    }
  }

  /// The common frame of the four operations: broadcasts, computes, and gives the pullback both inputs' strides.
  private static func binary(
    _ name: String, _ operation: BinaryOperation, _ a: Tensor, _ b: Tensor,
    pullback: @escaping (Backward<S>, _ shape: [Int], _ aStrides: [Int], _ bStrides: [Int]) -> Void
  ) -> Tensor {
    guard let shape = broadcastShape(a.shape, b.shape) else {
      preconditionFailure("\(name): shapes \(a.shape) and \(b.shape) do not broadcast")
    }
    let aStrides = broadcastStrides(from: a.shape, to: shape)
    let bStrides = broadcastStrides(from: b.shape, to: shape)
    let output = Storage<S>(uninitialized: shape.reduce(1, *))
    broadcast(
      operation, a.values, aStrides: aStrides, b.values, bStrides: bStrides, shape: shape, into: output.pointer)
    return Tape.record(name, [a, b], output, shape: shape) { pullback($0, shape, aStrides, bStrides) }
  }
}

/// Lends the cotangent combined with an input, in the output's shape.
private func withCombined<S: Scalar>(
  _ operation: BinaryOperation, _ back: Backward<S>, _ input: UnsafePointer<S>, _ strides: [Int], _ shape: [Int],
  _ body: (UnsafeMutablePointer<S>) -> Void
) {
  withScratch(back.cotangent.count) { result in
    broadcast(
      operation, back.dy, aStrides: rowMajorStrides(shape), input, bStrides: strides, shape: shape, into: result)
    body(result)
  }
}
