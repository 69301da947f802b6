/// One value that a probe has found inside an encoder.
public struct ProbeValue: Sendable, Equatable {
  /// The probe's name.
  public var probe: String
  /// The layer, counted from 0; `nil` where the value is the whole encoder's.
  public var layer: Int?
  /// The head, counted from 0; `nil` where the value is the whole layer's.
  public var head: Int?
  /// The value, in the probe's unit.
  public var value: Double

  /// A value from its parts.
  public init(probe: String, layer: Int? = nil, head: Int? = nil, value: Double) {
    self.probe = probe
    self.layer = layer
    self.head = head
    self.value = value
  }
}

/// What all probes of a run found at one validation.
public struct ProbeReading: Sendable, Equatable {
  /// Optimizer steps done.
  public var step: Int
  /// The values by probe, then by layer, then by head.
  public var values: [ProbeValue]

  /// A reading from its parts.
  public init(step: Int, values: [ProbeValue]) {
    self.step = step
    self.values = values
  }
}

/// A line of `probes.csv`: a value, and which run and step it is of.
public struct ProbeRow: Sendable, Equatable {
  /// The experiment's name.
  public var experiment: String
  /// The family of the arm's position encoding.
  public var position: String
  /// The run.
  public var run: RunKey
  /// Optimizer steps done.
  public var step: Int
  /// What was found.
  public var found: ProbeValue

  /// A row from its parts.
  public init(experiment: String, position: String, run: RunKey, step: Int, found: ProbeValue) {
    self.experiment = experiment
    self.position = position
    self.run = run
    self.step = step
    self.found = found
  }
}
