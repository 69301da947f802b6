#!/usr/bin/env bash
# pool.sh: ThreadSanitizer over the thread pool alone, which needs no other file: some seconds.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
swiftc -swift-version 6 -O -parse-as-library -sanitize=thread Sources/Platform/ThreadPool.swift Tests/Races/pool.swift \
  -o "$folder/pool"
"$folder/pool"
