#!/usr/bin/env bash
# tests.sh [FILTER]: ThreadSanitizer over the tests in which threads meet: running, checkpoints, batches, the pool.
#
# It sees no locking within `Mutex`, whose library is not built for it, and would take what that guards for races. So the
# tests are built from a copy of the sources in which each `Mutex` is a `SeenMutex` (SeenMutex.swift), which is the lock of
# POSIX threads. The test of a checkpoint's memory is left out, since ThreadSanitizer takes memory of its own. The copy and
# the build are in .build/races; all takes some ten minutes. CI runs pool.sh instead.
set -euo pipefail
cd "$(dirname "$0")/../.."
tree=.build/races/tree
rm -rf "$tree"
mkdir -p "$tree"
tar --exclude=./.build --exclude=./.git --exclude='./results/[!p]*' -cf - . | tar -xf - -C "$tree"
cp Tests/Races/SeenMutex.swift "$tree/Sources/Platform/"
files=$(grep -rlw Mutex "$tree/Sources" "$tree/Tests" --include='*.swift' | grep -v SeenMutex)
sed -i 's/\bMutex\b/SeenMutex/g' $files
sed -i 's/^import Synchronization$/import Platform\nimport Synchronization/' $(grep -v Sources/Platform <<< "$files")
export TSAN_OPTIONS="suppressions=$PWD/Tests/Races/suppressions.txt ${TSAN_OPTIONS:-}"
swift test --package-path "$tree" --scratch-path .build/races/build --sanitize=thread -Xswiftc -DTHREAD_SANITIZER \
  --filter "${1:-ExperimentsTests|TrainingTests|ThreadPool}" --skip aCheckpointIsNeverWholeInMemory
