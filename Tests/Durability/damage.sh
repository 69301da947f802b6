#!/usr/bin/env bash
# damage.sh: empties the newest checkpoint of a run that was interrupted, cuts it short, and flips a byte in it; the run
# must say so, go on from the checkpoint before, and end in the bits of an undisturbed run.
source "$(dirname "$0")/common.sh"
reference

for mishap in ${1:-empty truncate flip}; do
  out=$work/$mishap
  "$program" run "${small[@]}" --out "$out" > "$work/log" 2>&1 &
  process=$!
  # Killed once there are two checkpoints.
  until [ -n "$(ls "$out"/runs/*/checkpoint-previous.safetensors 2> /dev/null)" ]; do
    kill -0 $process 2> /dev/null || fail "the run ended too soon: $(tail -n 1 "$work/log")"
    sleep 0.05
  done
  kill -s KILL $process
  wait $process 2> /dev/null || true
  newest=$(ls "$out"/runs/*/checkpoint-previous.safetensors)
  newest=${newest%%$'\n'*}
  newest=${newest/-previous/}
  # Killed between two renames, the newest one has its place as the one before only.
  [ -e "$newest" ] || cp "${newest/.safetensors/-previous.safetensors}" "$newest"
  size=$(wc -c < "$newest")
  case $mishap in
    empty) : > "$newest" ;;
    truncate) head -c $((size / 3)) "$newest" > "$work/cut" && cp "$work/cut" "$newest" ;;
    flip)
      byte=$(od -An -tu1 -j $((size / 2)) -N 1 "$newest")
      printf "$(printf '\\%03o' $((byte ^ 1)))" | dd of="$newest" bs=1 seek=$((size / 2)) conv=notrunc status=none
      ;;
  esac
  "$program" run "${small[@]}" --out "$out" > "$work/log" 2>&1 || fail "$mishap: $(tail -n 1 "$work/log")"
  grep "warning: $newest: .* set aside as .* going on from the one before" "$work/log" || fail "$mishap: nothing said"
  [ -e "$newest.damaged" ] || fail "$mishap: nothing set aside"
  same "$out"
done
echo "A checkpoint that was emptied, cut or changed gave way to the one before; curves and weights are equal."
