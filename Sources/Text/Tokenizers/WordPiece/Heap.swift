/// A binary heap: gives back the largest element first.
struct Heap<Element: Comparable> {
  private var elements: [Element] = []

  /// Adds an element.
  mutating func insert(_ element: Element) {
    elements.append(element)
    var i = elements.count - 1
    while i > 0, elements[(i - 1) / 2] < elements[i] {
      elements.swapAt(i, (i - 1) / 2)
      i = (i - 1) / 2
    }
  }

  /// Takes out the largest element, or returns `nil` if there is none.
  mutating func popLargest() -> Element? {
    guard let last = elements.popLast() else { return nil }
    guard let largest = elements.first else { return last }
    elements[0] = last
    var i = 0
    while 2 * i + 1 < elements.count {
      var child = 2 * i + 1
      if child + 1 < elements.count, elements[child] < elements[child + 1] { child += 1 }
      guard elements[i] < elements[child] else { break }
      elements.swapAt(i, child)
      i = child
    }
    return largest
  }
}
