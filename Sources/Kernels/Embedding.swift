/// y[i] = table[indices[i]], row by row.
///
/// Shapes: table `[tableRows, columns]`, indices `[count]`, each in `0..<tableRows`; y `[count, columns]`.
@specialized(where S == Float)
@specialized(where S == Double)
public func gatherRows<S: Scalar>(
  _ table: UnsafePointer<S>, columns: Int, indices: UnsafePointer<Int32>, count: Int,
  into y: UnsafeMutablePointer<S>
) {
  forEachChunk(ofRows: count, columns: columns) { range in
    for i in range {
      (y + i * columns).update(from: table + Int(indices[i]) * columns, count: columns)
    }
  }
}

/// The gradient of `gatherRows`: dTable[indices[i]] += dy[i], after setting dTable to 0 if it is to be overwritten.
///
/// Work is cut along columns, so rows that meet at one index are added in the order of i whatever the thread count.
@specialized(where S == Float)
@specialized(where S == Double)
public func scatterAddRows<S: Scalar>(
  _ dy: UnsafePointer<S>, columns: Int, indices: UnsafePointer<Int32>, count: Int, tableRows: Int,
  into dTable: UnsafeMutablePointer<S>, _ accumulation: Accumulation
) {
  if accumulation == .overwrite { fill(dTable, with: 0, count: tableRows * columns) }
  // Bands of 64 columns: four or eight cache lines of each row.
  let band = count * columns <= chunkSize ? max(1, columns) : 64
  forEachChunk(of: columns, size: band) { range in
    for i in 0..<count {
      let index = Int(indices[i])
      assert((0..<tableRows).contains(index), "scatterAddRows: index \(index) of \(tableRows) rows")
      map(
        dy + i * columns + range.lowerBound, count: range.count,
        into: dTable + index * columns + range.lowerBound, .add
      )
    }
  }
}
