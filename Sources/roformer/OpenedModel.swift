import Training

extension Program {
  /// Opens a model for a command, and says on standard error what of it is not used or damaged.
  ///
  /// - Throws: `InputError` if there is none.
  func model(_ path: String) throws -> SavedModel {
    let model = try SavedModel(path: path) { errors("roformer: warning: \($0)") }
    if !model.ignored.isEmpty {
      errors("roformer: note: \(path): not used: \(model.ignored.joined(separator: ", "))")
    }
    return model
  }
}
