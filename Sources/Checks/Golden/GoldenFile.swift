import Formats
import Foundation
import Platform

/// Gradients as they were last agreed, in a file that people read and programs compare with.
///
/// A line a tensor: of every checked function the output and the gradient of each input, as norm, sum and a few
/// elements, computed in `Double`, with the distances within which `Double` and `Float` must stay.
struct GoldenFile: Equatable {
  /// What is known of one function.
  struct Function: Equatable {
    /// The name of the check.
    var name: String
    /// The output, then the gradients, by name.
    var tensors: [(name: String, tensor: GoldenTensor)]

    static func == (a: Function, b: Function) -> Bool {
      a.name == b.name && a.tensors.map(\.name) == b.tensors.map(\.name)
        && a.tensors.map(\.tensor) == b.tensors.map(\.tensor)
    }

    /// A tensor by name.
    subscript(name: String) -> GoldenTensor? { tensors.first { $0.name == name }?.tensor }
  }

  /// The functions, in the order of the checks.
  var functions: [Function]

  /// A file of functions.
  init(functions: [Function]) {
    self.functions = functions
  }

  /// A function by name.
  subscript(name: String) -> Function? { functions.first { $0.name == name } }

  // MARK: - Reading

  /// Reads a file.
  ///
  /// - Throws: `InputError` naming the line that is no golden value.
  init(path: String) throws {
    let value = try JSONValue.read(path, as: "a file of golden gradients")
    guard let functions = value["functions"]?.members else {
      throw InputError(at: path, "has no functions", expected: "a file that gradcheck --golden --update writes")
    }
    self.functions = try functions.map { member in
      guard let tensors = member.value.members else {
        throw InputError(at: member.value.place.description, "\(member.key) is no object", expected: "tensors by name")
      }
      return Function(
        name: member.key, tensors: try tensors.map { ($0.key, try GoldenTensor($0.value, name: $0.key)) })
    }
  }

  // MARK: - Writing

  /// The file's text.
  var text: String {
    let functions = functions.map { function in
      let tensors = function.tensors.map { name, tensor in
        "      \(name.quoted): \(tensor.json.serialized(indentation: nil))"
      }
      return "    \(function.name.quoted): {\n\(tensors.joined(separator: ",\n"))\n    }"
    }
    return """
      {
        "about": \(Self.about.quoted),
        "functions": {
      \(functions.joined(separator: ",\n"))
        }
      }

      """
  }

  private static let about = """
    Outputs and gradients as last agreed, at the points of gradcheck. Compare: roformer gradcheck --golden; after a \
    wanted change: roformer gradcheck --golden --update. A tolerance is 8 ulp times the root of the number of \
    input elements times the tensor's norm (at least a hundredth of the function's largest norm); a sum may move by \
    the root of its number of elements times that.
    """
}

extension GoldenTensor {
  fileprivate init(_ value: JSONValue, name: String) throws {
    func fault(_ key: String, _ expected: String) -> InputError {
      let place = (value[key] ?? value).place.description
      return InputError(at: place, "\(key) of \(name) is missing or wrong", expected: expected)
    }
    guard let shape = value["shape"]?.list?.map(\.integer), shape.allSatisfy({ $0.map { $0 >= 0 } ?? false }) else {
      throw fault("shape", "sizes such as [3, 5]")
    }
    self.shape = shape.compactMap { $0 }
    guard let norm = value["norm"]?.number else { throw fault("norm", "a number") }
    guard let sum = value["sum"]?.number else { throw fault("sum", "a number") }
    (self.norm, self.sum) = (norm, sum)
    let sizes = self.shape
    guard let entries = value["entries"]?.members else { throw fault("entries", "elements by index") }
    self.entries = try entries.map { member in
      let position = member.key.split(separator: ",").compactMap { Int($0.drop { $0 == " " }) }
      guard let number = member.value.number, position.count == sizes.count,
        zip(position, sizes).allSatisfy({ (0..<$1).contains($0) })
      else { throw fault("entries", "a number at an index within \(sizes), such as \"0, 2\"") }
      return Entry(position: position, value: number)
    }
    tolerances = try [Check.Precision.double, .float].reduce(into: [:]) { tolerances, precision in
      guard let allowed = value["tolerance"]?[precision.rawValue]?.number, allowed >= 0 else {
        throw fault("tolerance", "a number for double and one for float")
      }
      tolerances[precision] = allowed
    }
  }

  fileprivate var json: JSONValue {
    JSONValue(members: [
      ("shape", JSONValue(.list(shape.map { JSONValue($0) }))), ("norm", JSONValue(norm)), ("sum", JSONValue(sum)),
      (
        "entries",
        JSONValue(
          members: entries.map { ($0.position.map(String.init).joined(separator: ", "), JSONValue($0.value)) })
      ),
      (
        "tolerance",
        JSONValue(members: [Check.Precision.double, .float].map { ($0.rawValue, JSONValue(tolerances[$0] ?? 0)) })
      ),
    ])
  }
}
