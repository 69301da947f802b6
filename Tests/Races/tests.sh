#!/usr/bin/env bash
# tests.sh [FILTER]: ThreadSanitizer over the tests in which threads meet: running, checkpoints, batches, the pool.
#
# It sees no locking within `Mutex`, whose library is not built for it, and would take what that guards for races. So the
# tests are built from a copy of the sources in which each `Mutex` is a `SeenMutex` (SeenMutex.swift), which is the lock of
# POSIX threads. The copy and the build are in .build/races, and take some minutes the first time. CI runs pool.sh instead.
set -euo pipefail
cd "$(dirname "$0")/../.."
tree=.build/races/tree
mkdir -p "$tree"
tar --exclude=./.build --exclude=./.git --exclude='./results/[!p]*' -cf - . | tar -xf - -C "$tree"
cp Tests/Races/SeenMutex.swift "$tree/Sources/Platform/"
grep -rlw Mutex "$tree/Sources" | grep -v SeenMutex | xargs sed -i 's/\bMutex\b/SeenMutex/g'
grep -rlw SeenMutex "$tree/Sources" | grep -v Sources/Platform | xargs sed -i 's/^import Synchronization$/import Platform/'
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1}
swift test --package-path "$tree" --scratch-path .build/races/build --sanitize=thread -Xswiftc -DTHREAD_SANITIZER \
  --filter "${1:-ExperimentsTests|TrainingTests|ThreadPool}"
