import Platform
import Testing

/// Known answers of Philox 4×32-10 from the authors' Random123 distribution (`kat_vectors`).
struct PhiloxTests {
  @Test func matchesPublishedVectors() {
    #expect(Philox(key: 0).block(low: 0) == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = Philox(key: .max).block(low: .max, high: .max)
    #expect(ones == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let pi = Philox(key: 0x299f_31d0_a409_3822).block(low: 0x85a3_08d3_243f_6a88, high: 0x0370_7344_1319_8a2e)
    #expect(pi == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }
}
