# What the scripts of this folder share: a small experiment, and what two runs of it must have in common.
# Sourced with $program, the command under test, and $work, a folder that is removed at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

program=${PROGRAM:-.build/release/roformer}
test -x "$program" || { echo "no $program: swift build -c release, or PROGRAM=…" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Two arms, two seeds, some seconds of training, a checkpoint every few tenths of a second.
small=(experiments/quickstart.json --quiet
  --set 'arms=[{"name": "learned", "position": "learned"}, {"name": "rotary", "position": "rotary"}]'
  --set 'seeds=[0, 1]' --set training.steps="${STEPS:-150}" --set training.checkpointInterval=10
  --set training.validationInterval=15 --set training.warmupSteps=20)

fail() { echo "FAILED: $*" >&2; exit 1; }

# Everything of curves.csv but elapsed_seconds.
timeless() { cut -d, -f1-7,9- "$1"; }

# The undisturbed run, once.
reference() {
  "$program" run "${small[@]}" --out "$work/reference" > "$work/reference.log" 2>&1 ||
    fail "the undisturbed run: $(tail -n 1 "$work/reference.log")"
}

# same DIR: the curves but for the seconds, and what status.json proves (final weights, batches, first weights).
same() {
  cmp <(timeless "$work/reference/curves.csv") <(timeless "$1/curves.csv") || fail "$1/curves.csv differs"
  for run in "$work"/reference/runs/*/; do
    cmp "$run/status.json" "$1/runs/$(basename "$run")/status.json" || fail "$1: the weights differ"
  done
  cut -d, -f1-7,8 "$1/curves.csv" | awk -F, 'NR > 1 {
    key = $2 "," $4 "," $5
    if (key == last && $8 < seconds) { print "elapsed_seconds falls at " $0; exit 1 }
    last = key; seconds = $8 }' || fail "$1: the seconds do not go on"
}

now() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

# A random number of milliseconds from $1 to $2, as sleep takes it.
moment() { printf '%d.%03d' $(((RANDOM % ($2 - $1) + $1) / 1000)) $(((RANDOM % ($2 - $1) + $1) % 1000)); }

# until_interrupted TIMES: runs the experiment and goes on with it, interrupted at random moments, until that has happened
# TIMES times in all; every end must equal the undisturbed run's. The script defines what differs:
#   interrupt   sends $process its signals, the first at $start
#   examine     looks at what an interruption left in $out, and at $code, $took and $work/log
until_interrupted() {
  interrupted=0 rounds=0
  until [ "$interrupted" -ge "$1" ]; do
    rounds=$((rounds + 1))
    out=$work/round$rounds
    while true; do
      "$program" run "${small[@]}" --out "$out" > "$work/log" 2>&1 &
      process=$!
      if [ "$interrupted" -lt "$1" ]; then
        sleep "$(moment 50 3000)"
        interrupt
      fi
      code=0
      wait $process 2> /dev/null || code=$?
      ! grep "set aside" "$work/log" || fail "a checkpoint was torn"
      [ $code -ne 0 ] || break
      took=$(($(now) - start))
      interrupted=$((interrupted + 1))
      examine
    done
    same "$out"
    rm -rf "$out"
  done
}

# Sends a signal, unless the run has ended by itself.
send() { kill -s "$1" $process 2> /dev/null || true; }

# The program says that it can go on from where it is, in time.
expect_resumable() {
  [ $code -eq 75 ] || fail "exit code $code: $(tail -n 1 "$work/log")"
  [ $took -le 2000 ] || fail "took $took ms"
}
