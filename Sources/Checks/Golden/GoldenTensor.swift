import Foundation
import Platform

/// What a golden file says of one tensor: enough to see that it moved, and where.
struct GoldenTensor: Equatable {
  /// The size of each axis.
  var shape: [Int]
  /// The root of the sum of squares.
  var norm: Double
  /// The sum of all elements.
  var sum: Double
  /// A few elements, by an index an axis.
  var entries: [Entry]
  /// How far norm and elements may move, by precision; a sum may move by √count of it.
  var tolerances: [Check.Precision: Double]

  /// Significant digits of a number in the file.
  static let digits = 15

  /// One element.
  struct Entry: Equatable {
    /// An index an axis.
    var position: [Int]
    /// The element.
    var value: Double
  }

  /// The golden values of a tensor.
  ///
  /// - Parameters:
  ///   - elements: in `Double`.
  ///   - shape: of the tensor.
  ///   - floor: the norm that counts where the tensor's own is smaller.
  ///   - count: how many roundings a tolerance is made for.
  init(_ elements: [Double], shape: [Int], floor: Double, count: Int) {
    self.shape = shape
    let norm = elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let tolerances: [Check.Precision: Double] = [.double, .float].reduce(into: [:]) {
      $0[$1] = Self.decimal($1.tolerance(roundings: count) * max(norm, floor), digits: 2)
    }
    // What lies within the tolerance of zero is rounding: it would differ from machine to machine.
    let allowed = tolerances[.double] ?? 0
    func settled(_ x: Double) -> Double { abs(x) <= allowed ? 0 : Self.decimal(x, digits: Self.digits) }
    self.norm = settled(norm)
    sum = settled(elements.reduce(0, +))
    self.tolerances = tolerances
    let last = elements.count - 1
    let largest = elements.indices.max { abs(elements[$0]) < abs(elements[$1]) }
    let indices = Set(elements.isEmpty ? [] : [0, last / 3, last * 2 / 3, last] + (largest.map { [$0] } ?? []))
    entries = indices.sorted().map { index in
      Entry(position: axisIndices(index, in: shape), value: settled(elements[index]))
    }
  }

  /// Where a tensor found differs, with the golden value, the one found, and by how much it may differ.
  ///
  /// - Parameters:
  ///   - elements: the tensor found.
  ///   - shape: its shape.
  ///   - precision: which tolerance applies.
  /// - Returns: every quantity, whether or not it moved.
  func comparisons(with elements: [Double], shape: [Int], _ precision: Check.Precision) -> [GoldenComparison] {
    guard shape == self.shape else {
      return [GoldenComparison(quantity: "shape \(self.shape), now \(shape)", golden: 0, found: .infinity, allowed: 0)]
    }
    let allowed = tolerances[precision] ?? 0
    let root = Double(max(1, elements.count)).squareRoot()
    return [
      GoldenComparison(
        quantity: "norm", golden: norm, found: elements.reduce(0) { $0 + $1 * $1 }.squareRoot(), allowed: allowed),
      GoldenComparison(quantity: "sum", golden: sum, found: elements.reduce(0, +), allowed: allowed * root),
    ]
      + entries.map { entry in
        let index = zip(entry.position, shape).reduce(0) { $0 * $1.1 + $1.0 }
        return GoldenComparison(
          quantity: "entry \(entry.position)", golden: entry.value, found: elements[index], allowed: allowed)
      }
  }

  /// A number with so many significant decimal digits.
  private static func decimal(_ x: Double, digits: Int) -> Double {
    Double(String(format: "%.\(digits)g", locale: Locale(identifier: "en_US_POSIX"), x)) ?? x
  }
}

/// A quantity of a tensor in a golden file beside what was found.
struct GoldenComparison {
  /// The norm, the sum, or which element.
  let quantity: String
  /// The golden value.
  let golden: Double
  /// The value found.
  let found: Double
  /// By how much they may differ, rounding in the file aside.
  let allowed: Double

  /// By how much they differ; infinite where one is no number.
  var distance: Double {
    let distance = abs(found - golden)
    return distance.isNaN ? .infinity : distance
  }

  /// How many times the distance exceeds what is allowed.
  var excess: Double { distance == 0 ? 0 : allowed > 0 ? distance / (allowed + roundingInFile) : .infinity }

  /// By how much the golden value may differ from what was found when the file was written: half a unit of the last of
  /// its digits.
  private var roundingInFile: Double {
    golden == 0 ? 0 : 0.5 * pow(10, (log10(abs(golden))).rounded(.down) - Double(GoldenTensor.digits - 1))
  }

  /// Whether the quantity moved.
  var hasMoved: Bool { excess > 1 }
}

extension Check.Precision {
  /// The relative error that so many roundings may add up to: they take turns, so it grows with the root.
  func tolerance(roundings: Int) -> Double {
    let ulp = self == .double ? Double.ulpOfOne : Double(Float.ulpOfOne)
    return 8 * ulp * Double(roundings).squareRoot()
  }
}

/// The indices, one an axis, of a row-major element.
func axisIndices(_ index: Int, in shape: [Int]) -> [Int] {
  var rest = index
  return Array(
    shape.reversed().map { size in
      defer { rest /= max(1, size) }
      return rest % max(1, size)
    }.reversed())
}
