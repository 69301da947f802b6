#!/usr/bin/env bash
# interrupt-twice.sh [TIMES]: interrupts a run at random moments with SIGINT, and with a second SIGINT right after, which
# ends the program whether or not the first has been heeded. The exit code is 75 either way, no checkpoint that was there
# is lost or torn, and going on ends in an undisturbed run's bits.
times=${1:-30}
source "$(dirname "$0")/common.sh"
reference

# The step of a checkpoint, from its header; 0 if there is none.
step() {
  local found
  found=$(head -c 100000 "$1" 2> /dev/null | grep -a -o -m 1 '\\"step\\":[0-9]*' | head -n 1) || true
  echo "${found##*:}" | grep . || echo 0
}

# saved DIR: a line for each run with the step that its newest checkpoint holds.
saved() {
  for run in "$1"/runs/*/; do
    local newest=$run/checkpoint.safetensors
    # Between two renames the newest one is the one before.
    [ -e "$newest" ] || newest=$run/checkpoint-previous.safetensors
    echo "$(basename "$run") $(step "$newest")"
  done
}

cut_short=0

interrupt() {
  saved "$out" > "$work/before"
  start=$(now)
  send INT
  sleep "$(moment 0 80)"
  send INT
}

examine() {
  expect_resumable
  grep -q "the same command goes on from here" "$work/log" || cut_short=$((cut_short + 1))
  while read -r run steps; do
    after=$(saved "$out" | awk -v run="$run" '$1 == run { print $2 }')
    [ "${after:-0}" -ge "$steps" ] || fail "$run was saved at step $steps, and ${after:-0} is left"
  done < "$work/before"
}

until_interrupted "$times"
echo "$interrupted times two SIGINTs in $rounds rounds; $cut_short ended before all was saved. Nothing that had been saved" \
  "was lost; curves and weights equal the undisturbed run's"
