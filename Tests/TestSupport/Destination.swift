import Kernels

/// What `body` writes to memory for `count` elements that held `initial` before, or NaN.
///
/// Stops the program if `body` writes beyond that memory.
public func written<S: Scalar>(
  count: Int, initial: [S]? = nil, _ body: (UnsafeMutablePointer<S>) throws -> Void
) rethrows -> [S] {
  let margin = 32
  let guardian: S = 12_345
  var memory = [S](repeating: guardian, count: count + 2 * margin)
  for i in 0..<count { memory[margin + i] = initial?[i] ?? .nan }
  try memory.withUnsafeMutableBufferPointer { try body($0.baseAddress! + margin) }
  precondition(
    memory[..<margin].allSatisfy { $0 == guardian } && memory[(margin + count)...].allSatisfy { $0 == guardian },
    "a kernel wrote beyond its destination of \(count) elements")
  return Array(memory[margin..<margin + count])
}
