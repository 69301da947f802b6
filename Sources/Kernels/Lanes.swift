// Helpers for the ends of rows and of reductions; none of them is meant for the inside of a loop.

/// The first `count` elements as a vector, the other lanes filled with `filler`.
@inline(__always)
func load<S: Scalar>(first count: Int, of pointer: UnsafePointer<S>, filler: S = 0) -> S.Vector {
  var vector = S.Vector(repeating: filler)
  withUnsafeMutableBytes(of: &vector) {
    $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: count * MemoryLayout<S>.stride))
  }
  return vector
}

/// Stores the first `count` lanes.
@inline(__always)
func store<S: Scalar>(first count: Int, _ vector: S.Vector, _ pointer: UnsafeMutablePointer<S>) {
  withUnsafeBytes(of: vector) {
    UnsafeMutableRawPointer(pointer).copyMemory(
      from: $0.baseAddress!, byteCount: count * MemoryLayout<S>.stride)
  }
}

/// The sum of all lanes: the upper half is added to the lower half until one lane is left.
@inline(__always)
func sumOfLanes<S: Scalar>(_ vector: S.Vector, _: S.Type) -> S {
  var vector = vector
  var width = S.Vector.scalarCount / 2
  while width > 0 {
    for lane in 0..<width { vector[lane] += vector[lane + width] }
    width /= 2
  }
  return vector[0]
}

/// The largest lane.
@inline(__always)
func maximumOfLanes<S: Scalar>(_ vector: S.Vector, _: S.Type) -> S {
  var largest = vector[0]
  for lane in 1..<S.Vector.scalarCount where vector[lane] > largest { largest = vector[lane] }
  return largest
}

/// The sum of `term` over the vectors of a row.
///
/// Order: four accumulators take turns, vector by vector; what is left goes to the first, the end of the row to the
/// second; then (first + second) + (third + fourth), then the lanes as in `sumOfLanes`.
///
/// `term` is called with a position and the number of elements there, must give 0 in lanes beyond that, and had
/// better be a function marked `@inline(__always)`.
@inline(__always)
func sum<S: Scalar>(_ count: Int, _: S.Type, _ term: (Int, Int) -> S.Vector) -> S {
  let lanes = S.Vector.scalarCount
  var a = S.Vector(repeating: 0)
  var b = a
  var c = a
  var d = a
  var i = 0
  while i &+ 4 &* lanes <= count {
    a += term(i, lanes)
    b += term(i &+ lanes, lanes)
    c += term(i &+ 2 &* lanes, lanes)
    d += term(i &+ 3 &* lanes, lanes)
    i &+= 4 &* lanes
  }
  while i &+ lanes <= count {
    a += term(i, lanes)
    i &+= lanes
  }
  if i < count { b += term(i, count - i) }
  return sumOfLanes((a + b) + (c + d), S.self)
}

/// The sum of a row, in the order of `sum(_:_:_:)`.
@inline(__always)
func sum<S: Scalar>(_ x: UnsafePointer<S>, count: Int) -> S {
  @inline(__always)
  func term(_ i: Int, _ left: Int) -> S.Vector { load(atMost: left, of: x + i) }
  return sum(count, S.self, term)
}

/// The largest element of a row of at least one.
@inline(__always)
func maximum<S: Scalar>(_ x: UnsafePointer<S>, count: Int) -> S {
  let lanes = S.Vector.scalarCount
  var a = S.Vector(repeating: -.infinity)
  var b = a
  var i = 0
  while i &+ 2 &* lanes <= count {
    a = S.maximum(load(x + i), a)
    b = S.maximum(load(x + i + lanes), b)
    i &+= 2 &* lanes
  }
  while i < count {
    let here = min(lanes, count - i)
    a = S.maximum(load(first: here, of: x + i, filler: -.infinity), a)
    i += here
  }
  return maximumOfLanes(S.maximum(a, b), S.self)
}

/// Writes `f` of each vector of `x` to `y` or adds it there; the end of the row goes through the same `f`.
///
/// Where `f` is long, give a function marked `@inline(__always)`: a closure would be called for every vector.
@inline(__always)
func map<S: Scalar>(
  _ x: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>, _ accumulation: Accumulation,
  _ f: (S.Vector) -> S.Vector
) {
  let lanes = S.Vector.scalarCount
  let wholeCount = count & -lanes
  var i = 0
  switch accumulation {
  case .overwrite:
    while i < wholeCount {
      store(f(load(x + i)), y + i)
      i &+= lanes
    }
  case .add:
    while i < wholeCount {
      store(load(y + i) + f(load(x + i)), y + i)
      i &+= lanes
    }
  }
  if i < count {
    let left = count - i
    put(f(load(first: left, of: x + i)), first: left, at: y + i, accumulation)
  }
}

/// Writes `x` to `y` or adds it there.
@inline(__always)
func map<S: Scalar>(
  _ x: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>, _ accumulation: Accumulation
) {
  @inline(__always)
  func same(_ x: S.Vector) -> S.Vector { x }
  map(x, count: count, into: y, accumulation, same)
}

/// Writes `f` of each pair of vectors of `a` and `b` to `y` or adds it there.
@inline(__always)
func map<S: Scalar>(
  _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation, _ f: (S.Vector, S.Vector) -> S.Vector
) {
  let lanes = S.Vector.scalarCount
  let wholeCount = count & -lanes
  var i = 0
  switch accumulation {
  case .overwrite:
    while i < wholeCount {
      store(f(load(a + i), load(b + i)), y + i)
      i &+= lanes
    }
  case .add:
    while i < wholeCount {
      store(load(y + i) + f(load(a + i), load(b + i)), y + i)
      i &+= lanes
    }
  }
  if i < count {
    let left = count - i
    put(f(load(first: left, of: a + i), load(first: left, of: b + i)), first: left, at: y + i, accumulation)
  }
}

/// Calls `body` with every position of a vector in a row and `lanes`, and with that of its end and what is left.
///
/// `body` had better be a function marked `@inline(__always)`, so that its branches on the count are decided.
@inline(__always)
func forEachVector<S: Scalar>(_ count: Int, _: S.Type, _ body: (Int, Int) -> Void) {
  let lanes = S.Vector.scalarCount
  let wholeCount = count & -lanes
  var i = 0
  while i < wholeCount {
    body(i, lanes)
    i &+= lanes
  }
  if i < count { body(i, count - i) }
}

/// Stores a vector, or as many lanes as are left, or adds them to what is there.
@inline(__always)
func put<S: Scalar>(
  _ vector: S.Vector, first count: Int, at y: UnsafeMutablePointer<S>, _ accumulation: Accumulation
) {
  if count >= S.Vector.scalarCount {
    switch accumulation {
    case .overwrite: store(vector, y)
    case .add: store(load(y) + vector, y)
    }
  } else {
    switch accumulation {
    case .overwrite: store(first: count, vector, y)
    case .add: store(first: count, load(first: count, of: y) + vector, y)
    }
  }
}

/// The first `count` elements as a vector, the other lanes filled with `filler`.
@inline(__always)
func load<S: Scalar>(first count: Int, of pointer: UnsafeMutablePointer<S>, filler: S = 0) -> S.Vector {
  load(first: count, of: UnsafePointer(pointer), filler: filler)
}

/// `count` elements `stride` apart as the first lanes of a vector; the other lanes are 0.
@inline(__always)
func load<S: Scalar>(first count: Int, of pointer: UnsafePointer<S>, stride: Int) -> S.Vector {
  var vector = S.Vector(repeating: 0)
  for lane in 0..<min(count, S.Vector.scalarCount) { vector[lane] = pointer[lane * stride] }
  return vector
}

/// The sums of a pair of terms over a row, each in the order of `sum(_:_:_:)` with two accumulators.
@inline(__always)
func sumPair<S: Scalar>(_ count: Int, _: S.Type, _ term: (Int, Int) -> (S.Vector, S.Vector)) -> (S, S) {
  let lanes = S.Vector.scalarCount
  var a = (S.Vector(repeating: 0), S.Vector(repeating: 0))
  var b = a
  var i = 0
  while i &+ 2 &* lanes <= count {
    let even = term(i, lanes)
    let odd = term(i &+ lanes, lanes)
    a.0 += even.0
    a.1 += even.1
    b.0 += odd.0
    b.1 += odd.1
    i &+= 2 &* lanes
  }
  if i &+ lanes <= count {
    let even = term(i, lanes)
    a.0 += even.0
    a.1 += even.1
    i &+= lanes
  }
  if i < count {
    let last = term(i, count - i)
    b.0 += last.0
    b.1 += last.1
  }
  return (sumOfLanes(a.0 + b.0, S.self), sumOfLanes(a.1 + b.1, S.self))
}

/// A vector from a row, or as many lanes as are left.
@inline(__always)
func load<S: Scalar>(atMost count: Int, of pointer: UnsafePointer<S>, filler: S = 0) -> S.Vector {
  count >= S.Vector.scalarCount ? load(pointer) : load(first: count, of: pointer, filler: filler)
}
