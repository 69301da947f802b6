#!/usr/bin/env bash
# interrupt.sh KILL|TERM|INT|USR1 [TIMES]: interrupts a run at random moments, goes on with it, and compares its end with
# an undisturbed run's. Other signals than KILL must end in exit code 75 within two seconds.
#
#     Tests/Durability/interrupt.sh KILL 30
signal=${1:?the name of a signal}
times=${2:-30}
source "$(dirname "$0")/common.sh"
reference

interrupted=0 rounds=0 slowest=0
until [ "$interrupted" -ge "$times" ]; do
  rounds=$((rounds + 1))
  out=$work/round$rounds
  while true; do
    "$program" run "${small[@]}" --out "$out" > "$work/log" 2>&1 &
    process=$!
    if [ "$interrupted" -lt "$times" ]; then
      sleep "$(moment 50 3000)"
      start=$(now)
      kill -s "$signal" $process 2> /dev/null || true
    fi
    code=0
    wait $process 2> /dev/null || code=$?
    [ $code -ne 0 ] || break
    took=$(($(now) - start))
    interrupted=$((interrupted + 1))
    if [ "$signal" = KILL ]; then
      [ $code -eq 137 ] || fail "exit code $code: $(tail -n 1 "$work/log")"
    else
      [ $code -eq 75 ] || fail "exit code $code: $(tail -n 1 "$work/log")"
      [ $took -le 2000 ] || fail "took $took ms"
      [ $took -le $slowest ] || slowest=$took
    fi
  done
  same "$out"
  rm -rf "$out"
done
[ "$signal" = KILL ] || echo "slowest: $slowest ms"
echo "SIG$signal: $interrupted interruptions in $rounds rounds; curves and weights equal the undisturbed run's"
