/// The index of the first of some numbers that is infinite or no number; `nil` if all are finite.
///
/// Whole blocks are summed up first, each number times 0: only a sum that is not 0 is looked into.
func firstNotFinite(_ numbers: UnsafePointer<Float>, count: Int) -> Int? {
  let width = 64
  var start = 0
  while start < count {
    let end = min(count, start + width)
    var sum = SIMD8<Float>.zero
    var i = start
    while i + 8 <= end {
      sum += UnsafeRawPointer(numbers + i).loadUnaligned(as: SIMD8<Float>.self) * 0
      i += 8
    }
    var rest = sum.sum()
    while i < end {
      rest += numbers[i] * 0
      i += 1
    }
    if rest != 0 { return (start..<end).first { !numbers[$0].isFinite } }
    start = end
  }
  return nil
}
