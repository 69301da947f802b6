import Platform
import Testing

@testable import Text

@Suite struct HeapTests {
  @Test func givesBackTheLargestFirst() {
    let values = RandomSource(seed: 1, purpose: "heap").permutation(of: 257).map { $0 / 2 }
    var heap = Heap<Int>()
    for value in values { heap.insert(value) }
    var sorted: [Int] = []
    while let value = heap.popLargest() { sorted.append(value) }
    #expect(sorted == values.sorted(by: >))
  }
}
