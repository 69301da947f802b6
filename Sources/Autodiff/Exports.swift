// What the public interface of this library mentions is had by `import Autodiff` alone: the types of two targets that are
// no products themselves. Their other declarations stay where they are.

@_exported import enum Kernels.Activation
@_exported import enum Kernels.AttentionMask
@_exported import enum Kernels.RotaryPairing
@_exported import protocol Kernels.Scalar
@_exported import struct Kernels.AttentionDropout
@_exported import struct Kernels.Rotation
@_exported import struct Platform.RandomSource
