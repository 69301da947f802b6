#!/usr/bin/env bash
# Whether a change has moved a number: the curves of a shortened quickstart, equal in every column but elapsed_seconds.
#
#   Tests/Durability/same-curves.sh                    .build/release/roformer against what is recorded for its target
#   Tests/Durability/same-curves.sh OTHER              against another program
#   Tests/Durability/same-curves.sh CURVES.csv         against recorded curves
#   Tests/Durability/same-curves.sh --record           writes what it computes into Tests/Fixtures/curves
#
# PROGRAM=… names the program under test. Numbers are equal within one build target alone; Tests/Fixtures/curves has a
# file for each target that someone recorded.
set -euo pipefail
here=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
absolute() { case $1 in /*) echo "$1" ;; *) echo "$here/$1" ;; esac; }

program=$(absolute "${PROGRAM:-$PWD/.build/release/roformer}")
test -x "$program" || { echo "no $program: swift build -c release, or PROGRAM=…" >&2; exit 2; }
fixtures=Tests/Fixtures/curves
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# curves PROGRAM NAME: trains, and leaves the curves without their seconds in $work/NAME.csv.
curves() {
  "$1" run $fixtures/experiment.json --out "$work/$2" --quiet > "$work/$2.log" 2>&1 ||
    { tail -n 1 "$work/$2.log" >&2; exit 2; }
  timeless "$work/$2/curves.csv" > "$work/$2.csv"
}
timeless() { cut -d, -f1-7,9- "$1"; }

curves "$program" here
target=$(sed -n 's/.*"buildTarget": "\([^"]*\)".*/\1/p' "$work/here/experiment.json" | head -n 1)
recorded=$fixtures/${target// /-}.csv
case ${1:-} in
  --record)
    cp "$work/here.csv" "$recorded"
    echo "recorded $recorded"
    exit
    ;;
  '')
    test -e "$recorded" || { echo "nothing is recorded for $target: --record with the program of before" >&2; exit 2; }
    other=$recorded
    cp "$recorded" "$work/there.csv"
    ;;
  *)
    other=$(absolute "$1")
    test -e "$other" || { echo "no $other" >&2; exit 2; }
    if [ -x "$other" ]; then
      curves "$other" there
    elif head -n 1 "$other" | grep -q elapsed_seconds; then
      timeless "$other" > "$work/there.csv"
    else
      cp "$other" "$work/there.csv"
    fi
    ;;
esac
if ! diff "$work/there.csv" "$work/here.csv" > "$work/differences"; then
  echo "FAILED: the curves differ from $other in $(grep -c '^>' "$work/differences") rows, first:" >&2
  sed -n '1,4p' "$work/differences" >&2
  exit 1
fi
echo "the same curves ($(($(wc -l < "$work/here.csv") - 1)) rows, $target) as $other"
