// swift-tools-version: 6.3
import Foundation
import PackageDescription

// MARK: - The CPU that loops are compiled for

/// The x86-64 level (psABI micro-architecture level) of a CPU: `x86-64-v4` has AVX-512, `x86-64-v3` AVX2 and
/// fused multiply-add. `ROFORMER_CPU` names one for people who build on one machine and run on another.
#if arch(x86_64)
  let cpu: String = {
    let known = ["x86-64-v2", "x86-64-v3", "x86-64-v4"]
    let named = Context.environment["ROFORMER_CPU"] ?? "native"
    if known.contains(named) { return named }
    guard named == "native" || named.isEmpty else {
      // Not a trap, whose backtrace would be all that one sees.
      let fault = "ROFORMER_CPU is '\(named)', expected native, \(known.joined(separator: ", "))\n"
      FileHandle.standardError.write(Data(fault.utf8))
      exit(1)
    }
    let flags = Set(
      ((try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "flags : avx2 fma bmi2")
        .split(separator: "\n").first { $0.hasPrefix("flags") }?.split(separator: " ").map(String.init) ?? [])
    if flags.isSuperset(of: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]) { return known[2] }
    return flags.isSuperset(of: ["avx2", "fma", "bmi1", "bmi2", "movbe", "f16c"]) ? known[1] : known[0]
  }()
  let level = cpu.uppercased().replacingOccurrences(of: "-", with: "_")
  let cpuSettings: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=\(cpu)"]), .define(level)]
  let levelSettings: [SwiftSetting] = [.define(level)]
#else
  let cpuSettings: [SwiftSetting] = []
  let levelSettings: [SwiftSetting] = []
#endif

// MARK: - How a target is compiled

/// Optimized in debug builds too, since an unoptimized loop is some hundred times slower and tests would crawl.
///
/// `-assert-config Debug` keeps assertions, which `-O` alone would drop.
/// `-num-threads` and `-disable-batch-mode` make whole-module optimization and SwiftPM's debug flags agree.
let optimized: [SwiftSetting] = [
  .unsafeFlags(
    ["-O", "-assert-config", "Debug", "-whole-module-optimization", "-num-threads", "2", "-disable-batch-mode"],
    .when(configuration: .debug))
]

/// Release builds without debug information, which takes time to compile; names of functions stay.
let compact: [SwiftSetting] = [.unsafeFlags(["-Xfrontend", "-gnone"], .when(configuration: .release))]

/// A target that calls loops and has none: optimizing it takes most of its time to compile and makes nothing faster.
let plain: [SwiftSetting] = [.unsafeFlags(["-Onone"], .when(configuration: .release))]

// MARK: - The package

let floors: [Target] = [
  .target(name: "Platform", swiftSettings: optimized + levelSettings),
  .target(
    name: "Kernels", dependencies: ["Platform"],
    swiftSettings: optimized + cpuSettings + [.enableExperimentalFeature("BuiltinModule")]),
  .target(name: "Autodiff", dependencies: ["Platform", "Kernels"], swiftSettings: optimized),
  .target(name: "Formats", dependencies: ["Platform"], swiftSettings: optimized),
  .target(name: "Text", dependencies: ["Platform", "Formats"], swiftSettings: optimized),
  .target(name: "Models", dependencies: ["Platform", "Formats", "Kernels", "Autodiff"]),
  .target(name: "Curves", dependencies: ["Platform", "Formats"]),
  .target(name: "Reports", dependencies: ["Platform", "Formats", "Curves"], swiftSettings: plain),
  .target(name: "Training", dependencies: ["Platform", "Formats", "Kernels", "Autodiff", "Text", "Models", "Curves"]),
  .target(
    name: "Experiments",
    dependencies: ["Platform", "Formats", "Kernels", "Autodiff", "Text", "Models", "Curves", "Training", "Reports"],
    swiftSettings: plain),
  .target(
    name: "Checks", dependencies: ["Platform", "Formats", "Kernels", "Autodiff", "Models"], swiftSettings: plain),
  .target(
    name: "Benchmarks", dependencies: ["Platform", "Formats", "Kernels", "Autodiff", "Text", "Models", "Training"]),
  .executableTarget(
    name: "roformer",
    dependencies: [
      "Platform", "Formats", "Kernels", "Text", "Models", "Curves", "Training", "Reports", "Experiments", "Checks",
      "Benchmarks",
    ], swiftSettings: plain),
]

for floor in floors { floor.swiftSettings = (floor.swiftSettings ?? []) + compact }

let tests: [Target] =
  [
    .target(
      name: "TestSupport", dependencies: ["Platform", "Kernels", "Autodiff"], path: "Tests/TestSupport",
      swiftSettings: optimized)
  ]
  + floors.map { floor in
    .testTarget(
      name: "\(floor.name)Tests",
      dependencies: floor.dependencies + [.target(name: floor.name), "TestSupport"])
  }
  + [
    .testTarget(
      name: "FuzzTests",
      dependencies: ["Platform", "Formats", "Text", "Models", "Curves", "Training", "Experiments", "TestSupport"])
  ]

let package = Package(
  name: "roformer",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "roformer", targets: ["roformer"]),
    .library(name: "Autodiff", targets: ["Autodiff"]),
  ],
  targets: floors + tests,
  swiftLanguageModes: [.v6]
)
