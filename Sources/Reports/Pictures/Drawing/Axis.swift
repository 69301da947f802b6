import Foundation

/// Maps values to pixels, linearly or logarithmically, and knows round numbers to mark.
struct Axis {
  /// The values at the two ends.
  let domain: ClosedRange<Double>
  /// The pixels of the two ends.
  let from: Double
  let to: Double
  let isLogarithmic: Bool

  /// An axis whose domain is widened where it has no extent.
  ///
  /// - Parameters:
  ///   - low: the least value shown.
  ///   - high: the greatest value shown; positive, as `low`, on a logarithmic axis.
  ///   - from: the pixel of `low`.
  ///   - to: the pixel of `high`.
  ///   - isLogarithmic: whether equal ratios take equal lengths.
  init(low: Double, high: Double, from: Double, to: Double, isLogarithmic: Bool = false) {
    var (low, high) = low.isFinite && high.isFinite && low <= high ? (low, high) : (isLogarithmic ? 1 : 0, 1)
    if isLogarithmic {
      low = min(max(low, 1e-12), 1e12)
      high = min(max(high, low), 1e12)
      if high / low < 1.0001 { (low, high) = (low / 1.1, high * 1.1) }
    } else {
      low = min(max(low, -1e12), 1e12)
      high = min(max(high, low), 1e12)
      let least = max(abs(low), abs(high), 1e-6) * 1e-6
      if high - low < least { (low, high) = (low - max(0.5, least), high + max(0.5, least)) }
    }
    domain = low...high
    self.from = from
    self.to = to
    self.isLogarithmic = isLogarithmic
  }

  /// The pixel of a value.
  func position(_ value: Double) -> Double {
    let share =
      isLogarithmic
      ? log(value / domain.lowerBound) / log(domain.upperBound / domain.lowerBound)
      : (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
    return from + share * (to - from)
  }

  /// Round numbers within the domain: multiples of 1, 2 or 5 times a power of ten; on a logarithmic axis those
  /// numbers themselves, or fewer of them where the domain is wide.
  ///
  /// - Parameters:
  ///   - count: the most ticks.
  ///   - extent: the pixels that a tick's label takes along the axis; labels do not touch.
  /// - Returns: the ticks, by value.
  func ticks(atMost count: Int, extent: (Double) -> Double = { _ in 0 }) -> [Double] {
    let isNarrow = domain.upperBound < 2.5 * domain.lowerBound
    let candidates =
      isLogarithmic && !isNarrow
      ? logarithmicTicks() : stride(from: count, through: 1, by: -1).map { linearTicks(atMost: $0) }
    let fitting = candidates.filter { $0.count <= count && apart($0, extent: extent) == $0 }
    // A single number gives no scale.
    return fitting.first { $0.count > 1 } ?? fitting.first { !$0.isEmpty } ?? []
  }

  /// Those of some ticks, from the left, whose labels do not touch.
  /// - Returns: the ticks, by value.
  func apart(_ ticks: [Double], extent: (Double) -> Double) -> [Double] {
    var result: [Double] = []
    for tick in ticks {
      if let last = result.last {
        let distance = abs(position(tick) - position(last))
        let room = (extent(tick) + extent(last)) / 2
        guard room == 0 || distance >= room + 10 else { continue }
      }
      result.append(tick)
    }
    return result
  }

  private func linearTicks(atMost count: Int) -> [Double] {
    let rough = (domain.upperBound - domain.lowerBound) / Double(max(1, count))
    let power = pow(10, log10(rough).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? 10 * power
    let first = (domain.lowerBound / step - 1e-9).rounded(.up)
    let last = (domain.upperBound / step + 1e-9).rounded(.down)
    guard last >= first, last - first < 1000 else { return [] }
    // A multiple of 0.1 is nearer to its decimal text as a quotient of whole numbers.
    return stride(from: first, through: last, by: 1).map { tick in
      let tick = tick + 0  // not −0
      return step < 1 ? tick / (1 / step).rounded() : tick * step
    }
  }

  /// Sets of round numbers, from many to few.
  private func logarithmicTicks() -> [[Double]] {
    func times(_ mantissa: Double, power: Int) -> Double {
      power < 0 ? mantissa / pow(10, Double(-power)) : mantissa * pow(10, Double(power))
    }
    let powers = Array(-12...12)
    let sets: [[Double]] = [
      [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8], [1, 1.5, 2, 3, 4, 5, 7], [1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1],
    ]
    let every = [2, 4].map { step in powers.filter { $0.isMultiple(of: step) }.map { times(1, power: $0) } }
    return (sets.map { set in powers.flatMap { power in set.map { times($0, power: power) } } } + every)
      .map { $0.filter(inside) }
  }

  private func inside(_ value: Double) -> Bool {
    value >= domain.lowerBound * 0.999999 && value <= domain.upperBound * 1.000001
  }
}
