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

interrupted=0 rounds=0 cut_short=0
until [ "$interrupted" -ge "$times" ]; do
  rounds=$((rounds + 1))
  out=$work/round$rounds
  while true; do
    "$program" run "${small[@]}" --out "$out" > "$work/log" 2>&1 &
    process=$!
    if [ "$interrupted" -lt "$times" ]; then
      sleep "$(moment 50 3000)"
      saved "$out" > "$work/before"
      start=$(now)
      kill -s INT $process 2> /dev/null || true
      sleep "$(moment 0 80)"
      kill -s INT $process 2> /dev/null || true
    fi
    code=0
    wait $process 2> /dev/null || code=$?
    ! grep "set aside" "$work/log" || fail "a checkpoint was torn"
    [ $code -ne 0 ] || break
    [ $code -eq 75 ] || fail "exit code $code: $(tail -n 1 "$work/log")"
    [ $(($(now) - start)) -le 2000 ] || fail "took $(($(now) - start)) ms"
    interrupted=$((interrupted + 1))
    grep -q "the same command goes on from here" "$work/log" || cut_short=$((cut_short + 1))
    while read -r run steps; do
      after=$(saved "$out" | awk -v run="$run" '$1 == run { print $2 }')
      [ "${after:-0}" -ge "$steps" ] || fail "$run was saved at step $steps, and ${after:-0} is left"
    done < "$work/before"
  done
  same "$out"
  rm -rf "$out"
done
echo "$interrupted times two SIGINTs in $rounds rounds; $cut_short ended before all was saved. Nothing that had been saved" \
  "was lost; curves and weights equal the undisturbed run's"
