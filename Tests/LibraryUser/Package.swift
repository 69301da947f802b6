// swift-tools-version: 6.3
import PackageDescription

// A package of its own, as somebody else would write it: `Autodiff` is all that it knows of this repository.
// `.ci/run` builds it and runs its test.

let package = Package(
  name: "LibraryUser",
  platforms: [.macOS(.v15)],
  products: [.library(name: "LibraryUser", targets: ["LibraryUser"])],
  dependencies: [.package(name: "roformer", path: "../..")],
  targets: [
    .target(name: "LibraryUser", dependencies: [.product(name: "Autodiff", package: "roformer")]),
    .testTarget(
      name: "LibraryUserTests", dependencies: ["LibraryUser", .product(name: "Autodiff", package: "roformer")]),
  ],
  swiftLanguageModes: [.v6]
)
