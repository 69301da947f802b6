import Kernels

extension Tensor {
  /// An activation function of each element; the shape is unchanged.
  public func activated(by activation: Activation) -> Tensor {
    switch activation {
    case .gelu: gelu()
    case .geluTanh: geluTanh()
    case .relu: relu()
    case .silu: silu()
    }
  }
}
