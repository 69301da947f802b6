// GELU where one instruction picks from a register of coefficients for each lane: sixteen with AVX-512, eight with AVX2.

#if X86_64_V4 || X86_64_V3
  extension Float {
    /// x·Φ(x) of each lane: fewer instructions than the form with erf, and no division.
    @inline(always)
    public static func gelu(_ x: Vector) -> Vector {
      x * aroundHalf(GeluPieces.distribution(GeluPlace(x)), x)
    }

    /// x·Φ(x) of each lane, and its derivative there.
    @inline(always)
    public static func geluAndDerivative(_ x: Vector) -> (value: Vector, derivative: Vector) {
      let place = GeluPlace(x)
      return (x * aroundHalf(GeluPieces.distribution(place), x), aroundHalf(GeluPieces.derivative(place), x))
    }

    /// ½ + y where x is positive, ½ − y where it is negative.
    @inlinable @inline(always)
    static func aroundHalf(_ y: Vector, _ x: Vector) -> Vector {
      Vector(repeating: 0.5) + floats(integers(y) ^ (integers(x) & IntegerVector(repeating: .min)))
    }
  }

  /// In which piece a lane's magnitude lies, and where in it.
  ///
  /// There are as many pieces as a vector has lanes, equally wide, the first one centred at 0 and the last one at 6; what is
  /// larger lies at that centre.
  @usableFromInline
  struct GeluPlace {
    /// The number of the piece in the low bits.
    @usableFromInline let piece: IntegerVector
    /// The way from its centre, −½ to ½.
    @usableFromInline let offset: FloatVector

    @inlinable @inline(always)
    init(_ x: FloatVector) {
      let magnitude = floats(integers(x) & IntegerVector(repeating: 0x7fff_ffff))
      let limit = FloatVector(repeating: 6)
      let clamped = magnitude.replacing(with: limit, where: magnitude .> limit)
      // A piece's width is 1/scale; that 7/6 is rounded moves a place by 2⁻²⁴ of itself.
      // Adding 1.5·2²³ rounds to a whole number and leaves it in the low bits of the significand.
      let scale = FloatVector(repeating: Float(FloatVector.scalarCount - 1) / 6)
      let magic = FloatVector(repeating: 0x1.8p23)
      let shifted = fma(clamped, scale, magic)
      piece = integers(shifted)
      offset = fma(clamped, scale, magic - shifted)
    }
  }

  /// A function of |x| that is ½ from 6 on, as a polynomial for each piece.
  ///
  /// Of degree 5 on sixteen pieces and of degree 7 on eight, which are wider. The first one is odd, as the function is.
  @usableFromInline
  struct GeluPieces {
    @usableFromInline let c0, c1, c2, c3, c4, c5: FloatVector
    #if X86_64_V4
      @inlinable @inline(always)
      init(
        c0: FloatVector, c1: FloatVector, c2: FloatVector, c3: FloatVector, c4: FloatVector, c5: FloatVector
      ) {
        (self.c0, self.c1, self.c2, self.c3, self.c4, self.c5) = (c0, c1, c2, c3, c4, c5)
      }
    #else
      @usableFromInline let c6, c7: FloatVector

      @inlinable @inline(always)
      init(
        c0: FloatVector, c1: FloatVector, c2: FloatVector, c3: FloatVector, c4: FloatVector, c5: FloatVector,
        c6: FloatVector, c7: FloatVector
      ) {
        (self.c0, self.c1, self.c2, self.c3, self.c4, self.c5) = (c0, c1, c2, c3, c4, c5)
        (self.c6, self.c7) = (c6, c7)
      }
    #endif

    @inlinable @inline(always)
    func callAsFunction(_ place: GeluPlace) -> FloatVector {
      #if X86_64_V4
        var y = element(of: c5, place.piece)
      #else
        var y = element(of: c7, place.piece)
        y = fma(y, place.offset, element(of: c6, place.piece))
        y = fma(y, place.offset, element(of: c5, place.piece))
      #endif
      y = fma(y, place.offset, element(of: c4, place.piece))
      y = fma(y, place.offset, element(of: c3, place.piece))
      y = fma(y, place.offset, element(of: c2, place.piece))
      y = fma(y, place.offset, element(of: c1, place.piece))
      return fma(y, place.offset, element(of: c0, place.piece))
    }
  }
#endif
