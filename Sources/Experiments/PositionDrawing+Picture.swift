import Autodiff
import Models
import Reports

extension PositionDrawing {
  /// The picture, as SVG.
  public var picture: String {
    switch content {
    case .vectors(let rows): PositionPictures.vectors(PositionTable(rows), title: title)
    case .similarities(let rows): PositionPictures.similarities(PositionTable(rows), title: title)
    case .curves(let curves): PositionPictures.decay(curves, title: title)
    }
  }
}

extension PositionTable {
  /// The table of `[positions, width]`.
  fileprivate init(_ rows: Tensor<Double>) {
    self.init(rows.elements, positionCount: rows.shape[0], size: rows.shape[1])
  }
}
