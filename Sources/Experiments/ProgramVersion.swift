/// The program's version, as `--version` prints and `experiment.json` records it.
public let programVersion = "0.1.0"
