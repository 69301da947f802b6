import Foundation

/// What this program is and what it was built for.
public enum BuildInformation {
  /// The program's version.
  public static let version = "0.1.0"

  /// The compiler's version, as far as a program can tell which one built it.
  public static let compiler: String = {
    #if compiler(>=6.6)
      "Swift 6.6 or later"
    #elseif compiler(>=6.5)
      "Swift 6.5"
    #elseif compiler(>=6.4)
      "Swift 6.4"
    #else
      "Swift 6.3"
    #endif
  }()

  /// The architecture, CPU level and configuration.
  public static let target: String = {
    #if X86_64_V4
      let cpu = "x86-64-v4"
    #elseif X86_64_V3
      let cpu = "x86-64-v3"
    #elseif X86_64_V2
      let cpu = "x86-64-v2"
    #elseif arch(arm64)
      let cpu = "arm64"
    #else
      let cpu = "generic"
    #endif
    #if DEBUG
      return cpu + " debug"
    #else
      return cpu + " release"
    #endif
  }()

  /// The SHA-256 of the running program's file, read once; empty if it cannot be read.
  public static let executableSHA256: String = {
    guard let path = Bundle.main.executablePath, let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      return ""
    }
    return Digest.hexadecimal(of: data)
  }()

  /// What this CPU lacks of what the program was built for; empty if it can run.
  public static func missingCPUFeatures() -> [String] {
    #if X86_64_V4
      let needed = ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl", "avx2", "fma", "bmi2"]
    #elseif X86_64_V3
      let needed = ["avx2", "fma", "bmi1", "bmi2", "movbe", "f16c"]
    #else
      let needed: [String] = []
    #endif
    guard !needed.isEmpty, let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
    else { return [] }
    let present = Set(line.split(separator: " "))
    return needed.filter { !present.contains(Substring($0)) }
  }
}
