#!/usr/bin/env bash
# interrupt.sh KILL|TERM|INT|USR1 [TIMES]: interrupts a run at random moments, goes on with it, and compares its end with
# an undisturbed run's. Other signals than KILL must end in exit code 75 within two seconds.
#
#     Tests/Durability/interrupt.sh KILL 30
signal=${1:?the name of a signal}
times=${2:-30}
source "$(dirname "$0")/common.sh"
reference

slowest=0

interrupt() {
  start=$(now)
  send "$signal"
}

examine() {
  if [ "$signal" = KILL ]; then
    [ $code -eq 137 ] || fail "exit code $code: $(tail -n 1 "$work/log")"
  else
    expect_resumable
    [ $took -le $slowest ] || slowest=$took
  fi
}

until_interrupted "$times"
[ "$signal" = KILL ] || echo "slowest: $slowest ms"
echo "SIG$signal: $interrupted interruptions in $rounds rounds; curves and weights equal the undisturbed run's"
