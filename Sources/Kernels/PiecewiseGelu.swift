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
  /// The polynomials meet the function at the Chebyshev points of their piece; the first one is odd, as the function is. Wide
  /// pieces have two coefficients more.
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

#if X86_64_V4
  extension GeluPieces {
    /// Φ(x) − ½.
    @inlinable @inline(always)
    static var distribution: GeluPieces {
      GeluPieces(
        c0: FloatVector(
          0, 0.15542173, 0.2881446, 0.38493034, 0.4452007, 0.47724986, 0.49180245, 0.49744487, 0.49931285, 0.4998409,
          0.49996832, 0.49999458, 0.4999992, 0.4999999, 0.5, 0.5),
        c1: FloatVector(
          0.15957691, 0.14730805, 0.11587662, 0.077674426, 0.044368334, 0.021596387, 0.008957812, 0.0031661806,
          0.00095363526, 0.0002447608, 5.3532112e-05, 9.976999e-06, 1.584523e-06, 2.1444227e-07, 2.4730657e-08, 0),
        c2: FloatVector(
          0, -0.011784252, -0.018539844, -0.018641736, -0.014198009, -0.008638748, -0.004299851, -0.0017730702,
          -0.00061030017, -0.0001762043, -4.2813757e-05, -8.775413e-06, -1.519926e-06, -2.2274968e-07, -2.7649754e-08, 0
        ),
        c3: FloatVector(
          -0.004255316, -0.003299666, -0.0011124415, 0.000911332, 0.001845699, 0.0017277176, 0.0011370608, 0.0005775206,
          0.00023497721, 7.806081e-05, 2.1411368e-05, 4.884022e-06, 9.3103404e-07, 1.4884621e-07, 2.0009274e-08, 0),
        c4: FloatVector(
          0, 0.00044204845, 0.000578964, 0.00038641942, 8.481314e-05, -0.00011311543, -0.0001571499, -0.00011432665,
          -5.919892e-05, -2.3653452e-05, -7.5501493e-06, -1.9613408e-06, -4.193547e-07, -7.434878e-08, -1.0987409e-08, 0
        ),
        c5: FloatVector(
          0.00010140291, 6.454694e-05, -1.0361877e-05, -5.8586043e-05, -5.4706677e-05, -2.3107525e-05, 2.9216749e-06,
          1.1671452e-05, 9.427576e-06, 4.883275e-06, 1.8771468e-06, 5.644887e-07, 1.3629241e-07, 2.6822894e-08,
          4.3448316e-09, 0))
    }

    /// The derivative of x·Φ(x), Φ(x) + x·φ(x), less ½.
    @inlinable @inline(always)
    static var derivative: GeluPieces {
      GeluPieces(
        c0: FloatVector(
          0, 0.30272976, 0.5198978, 0.6179536, 0.62267405, 0.58523184, 0.54554933, 0.51960814, 0.5069419, 0.5020437,
          0.50050366, 0.5001043, 0.50001824, 0.5000027, 0.50000036, 0.5),
        c1: FloatVector(
          0.31915382, 0.27104682, 0.1575922, 0.04349768, -0.024846267, -0.043192774, -0.033681374, -0.018490495,
          -0.007857954, -0.0026825778, -0.0007494492, -0.00017320055, -3.3338314e-05, -5.3696226e-06, -7.260897e-07, 0),
        c2: FloatVector(
          0, -0.04525005, -0.062292732, -0.047723293, -0.020446582, -1.1199201e-06, 0.007567516, 0.0068089445,
          0.0038087054, 0.0015790667, 0.0005138889, 0.00013483253, 2.8950722e-05, 5.134604e-06, 7.5692964e-07, 0),
        c3: FloatVector(
          -0.017020995, -0.011413607, 0.00021723428, 0.008298163, 0.008715547, 0.0046073883, 0.00075075956,
          -0.0008937478, -0.0009454688, -0.00053028134, -0.00021127792, -6.4726395e-05, -1.5782794e-05, -3.120893e-06,
          -5.062346e-07, 0),
        c4: FloatVector(
          0, 0.0025238981, 0.0027834692, 0.0010536935, -0.0006650387, -0.0011398542, -0.00069796294, -0.00016431756,
          8.029328e-05, 0.000101278165, 5.616473e-05, 2.1314561e-05, 6.11664e-06, 1.3832108e-06, 2.5192656e-07, 0),
        c5: FloatVector(
          0.00060697115, 0.00031968055, -0.00020312172, -0.0004144828, -0.00023116631, 2.5943888e-05, 0.000120995275,
          8.075762e-05, 2.0635425e-05, -6.6850994e-06, -9.064375e-06, -4.7601375e-06, -1.6717127e-06, -4.3896668e-07,
          -9.016001e-08, 0))
    }
  }
#elseif X86_64_V3
  extension GeluPieces {
    /// Φ(x) − ½.
    @inlinable @inline(always)
    static var distribution: GeluPieces {
      GeluPieces(
        c0: FloatVector(0, 0.30431703, 0.45676187, 0.49493602, 0.4996966, 0.49999088, 0.49999985, 0.5),
        c1: FloatVector(
          0.34195054, 0.23682444, 0.07867129, 0.012535237, 0.0009580217, 0.000035119192, 6.1750313e-7, 5.207815e-9),
        c2: FloatVector(
          0, -0.08699648, -0.05779952, -0.013814303, -0.0014076887, -0.0000645092, -1.3617323e-6, -1.34174165e-8),
        c3: FloatVector(
          -0.041871384, -0.0076936614, 0.018676661, 0.008614399, 0.0012616612, 0.000074685326, 1.92448e-6, 2.233043e-8),
        c4: FloatVector(
          0, 0.012060684, 0.00022077686, -0.003055945, -0.0007548959, -0.000060598457, -1.9399802e-6, -2.6546568e-8),
        c5: FloatVector(
          0.004612217, -0.0009236103, -0.0021221316, 0.00039716015, 0.0003045908, 0.000036350644, 1.5064091e-6,
          2.515386e-8),
        c6: FloatVector(
          0, -0.0010359822, 0.00047190115, 0.00015845061, -0.00007311625, -0.00001690102, -1.0073054e-6, -2.2308225e-8),
        c7: FloatVector(
          -0.00038947197, 0.00018369699, 0.000082388666, -0.000081369384, 4.1049134e-6, 5.4283473e-6, 4.7310178e-7,
          1.317872e-8))
    }

    /// The derivative of x·Φ(x), Φ(x) + x·φ(x), less ½.
    @inlinable @inline(always)
    static var derivative: GeluPieces {
      GeluPieces(
        c0: FloatVector(0, 0.54114145, 0.61410445, 0.5325417, 0.5035287, 0.5001665, 0.5000036, 0.5),
        c1: FloatVector(
          0.6839011, 0.29965544, -0.073854685, -0.05781558, -0.0093455985, -0.00057480816, -0.0000150973565,
          -1.770673e-7),
        c2: FloatVector(
          0, -0.28406936, -0.0613397, 0.036087148, 0.010916812, 0.0009267353, 0.000030558815, 4.289931e-7),
        c3: FloatVector(
          -0.16748488, 0.017487891, 0.0764402, -0.002204293, -0.0070264405, -0.0009150425, -0.00003919883, -6.6847537e-7
        ),
        c4: FloatVector(
          0, 0.055670958, -0.020102829, -0.009328536, 0.0023180887, 0.00060600013, 0.000035447476, 7.435623e-7),
        c5: FloatVector(
          0.027664652, -0.011945764, -0.006757213, 0.0051443926, 0.000022431206, -0.00027153257, -0.000023985596,
          -6.465189e-7),
        c6: FloatVector(
          0, -0.005919895, 0.004410042, -0.0005797378, -0.00039927932, 0.00007096001, 0.00001296277, 5.026995e-7),
        c7: FloatVector(
          -0.0030881122, 0.0019679517, -0.00017348463, -0.00040927794, 0.00016690015, -2.9071398e-6, -4.855341e-6,
          -2.6728281e-7))
    }
  }
#endif
