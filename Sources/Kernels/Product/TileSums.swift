#if X86_64_V4 || arch(arm64)
  /// The sums of a tile, all in registers: row after row, the two vectors of a row side by side.
  struct TileSums<S: Scalar> {
    var (c00, c01, c10, c11, c20, c21) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c30, c31, c40, c41, c50, c51) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c60, c61, c70, c71, c80, c81) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c90, c91, cA0, cA1, cB0, cB1) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())

    /// Adds the products of one step of K.
    @inline(__always)
    mutating func add(_ a: UnsafePointer<S>, rowStride: Int, _ b: UnsafePointer<S>) {
      let (b0, b1) = (load(b), load(b + S.Vector.scalarCount))
      var element = S.Vector(repeating: a[0])
      (c00, c01) = (c00.addingProduct(element, b0), c01.addingProduct(element, b1))
      element = S.Vector(repeating: a[rowStride])
      (c10, c11) = (c10.addingProduct(element, b0), c11.addingProduct(element, b1))
      element = S.Vector(repeating: a[2 &* rowStride])
      (c20, c21) = (c20.addingProduct(element, b0), c21.addingProduct(element, b1))
      element = S.Vector(repeating: a[3 &* rowStride])
      (c30, c31) = (c30.addingProduct(element, b0), c31.addingProduct(element, b1))
      element = S.Vector(repeating: a[4 &* rowStride])
      (c40, c41) = (c40.addingProduct(element, b0), c41.addingProduct(element, b1))
      element = S.Vector(repeating: a[5 &* rowStride])
      (c50, c51) = (c50.addingProduct(element, b0), c51.addingProduct(element, b1))
      element = S.Vector(repeating: a[6 &* rowStride])
      (c60, c61) = (c60.addingProduct(element, b0), c61.addingProduct(element, b1))
      element = S.Vector(repeating: a[7 &* rowStride])
      (c70, c71) = (c70.addingProduct(element, b0), c71.addingProduct(element, b1))
      element = S.Vector(repeating: a[8 &* rowStride])
      (c80, c81) = (c80.addingProduct(element, b0), c81.addingProduct(element, b1))
      element = S.Vector(repeating: a[9 &* rowStride])
      (c90, c91) = (c90.addingProduct(element, b0), c91.addingProduct(element, b1))
      element = S.Vector(repeating: a[10 &* rowStride])
      (cA0, cA1) = (cA0.addingProduct(element, b0), cA1.addingProduct(element, b1))
      element = S.Vector(repeating: a[11 &* rowStride])
      (cB0, cB1) = (cB0.addingProduct(element, b0), cB1.addingProduct(element, b1))
    }

    /// Hands row after row to the epilogue.
    @inline(__always)
    func store<E: TileEpilogue<S>>(row: Int, column: Int, _ epilogue: E) {
      epilogue.store(c00, c01, row: row, column: column)
      epilogue.store(c10, c11, row: row &+ 1, column: column)
      epilogue.store(c20, c21, row: row &+ 2, column: column)
      epilogue.store(c30, c31, row: row &+ 3, column: column)
      epilogue.store(c40, c41, row: row &+ 4, column: column)
      epilogue.store(c50, c51, row: row &+ 5, column: column)
      epilogue.store(c60, c61, row: row &+ 6, column: column)
      epilogue.store(c70, c71, row: row &+ 7, column: column)
      epilogue.store(c80, c81, row: row &+ 8, column: column)
      epilogue.store(c90, c91, row: row &+ 9, column: column)
      epilogue.store(cA0, cA1, row: row &+ 10, column: column)
      epilogue.store(cB0, cB1, row: row &+ 11, column: column)
    }
  }
#else
  /// The sums of a tile, all in registers: row after row, the two vectors of a row side by side.
  struct TileSums<S: Scalar> {
    var (c00, c01, c10, c11, c20, c21) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c30, c31, c40, c41, c50, c51) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())

    /// Adds the products of one step of K.
    @inline(__always)
    mutating func add(_ a: UnsafePointer<S>, rowStride: Int, _ b: UnsafePointer<S>) {
      let (b0, b1) = (load(b), load(b + S.Vector.scalarCount))
      var element = S.Vector(repeating: a[0])
      (c00, c01) = (c00.addingProduct(element, b0), c01.addingProduct(element, b1))
      element = S.Vector(repeating: a[rowStride])
      (c10, c11) = (c10.addingProduct(element, b0), c11.addingProduct(element, b1))
      element = S.Vector(repeating: a[2 &* rowStride])
      (c20, c21) = (c20.addingProduct(element, b0), c21.addingProduct(element, b1))
      element = S.Vector(repeating: a[3 &* rowStride])
      (c30, c31) = (c30.addingProduct(element, b0), c31.addingProduct(element, b1))
      element = S.Vector(repeating: a[4 &* rowStride])
      (c40, c41) = (c40.addingProduct(element, b0), c41.addingProduct(element, b1))
      element = S.Vector(repeating: a[5 &* rowStride])
      (c50, c51) = (c50.addingProduct(element, b0), c51.addingProduct(element, b1))
    }

    /// Hands row after row to the epilogue.
    @inline(__always)
    func store<E: TileEpilogue<S>>(row: Int, column: Int, _ epilogue: E) {
      epilogue.store(c00, c01, row: row, column: column)
      epilogue.store(c10, c11, row: row &+ 1, column: column)
      epilogue.store(c20, c21, row: row &+ 2, column: column)
      epilogue.store(c30, c31, row: row &+ 3, column: column)
      epilogue.store(c40, c41, row: row &+ 4, column: column)
      epilogue.store(c50, c51, row: row &+ 5, column: column)
    }
  }
#endif
