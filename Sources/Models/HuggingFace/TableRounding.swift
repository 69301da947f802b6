/// How far sines and cosines may be from those that we compute, by the precision that they were rounded to: that of the
/// 16 bits that all of them fit into, or else of 32 bits.
///
/// A table that was rounded and then widened, as in a file that was converted, is told by its numbers.
func roundingOfTable(_ numbers: [Float]) -> Float {
  // Numbers of bfloat16 may all be numbers of 16 bits too: the coarser rounding is asked for first.
  if numbers.allSatisfy({ $0.bitPattern & 0xffff == 0 }) { return 0x1p-8 }
  if numbers.allSatisfy({ Float(Float16($0)) == $0 }) { return 0x1p-11 }
  return 0x1p-20
}
