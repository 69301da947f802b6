#!/usr/bin/env bash
# stages.sh [TIMES]: an experiment that tunes its rates, evaluates and trains runs of one budget, killed (-9) at random
# moments TIMES times (by default 30), some in each stage; curves, weights and what was chosen must equal those of an
# undisturbed run.
source "$(dirname "$0")/common.sh"
times=${1:-30}

cat > "$work/staged.json" << JSON
{"name": "staged", "corpus": "data/toy.txt", "tokenizer": {"vocabularySize": 500}, "validation": {"sequences": 32},
 "model": {"layers": 1, "hiddenSize": 64, "heads": 2},
 "arms": [{"name": "none", "position": "none"}, {"name": "learned", "position": "learned"},
          {"name": "rotary", "position": "rotary"},
          {"name": "sham", "position": "rotary", "seedOffset": 50, "rateOf": "rotary", "baselines": ["rotary"]}],
 "baselines": ["learned"], "targetFractions": [0.3, 0.6], "seeds": [0, 1],
 "selection": {"learningRates": [0.004, 0.008], "seedsOfUnreached": 1, "extensions": 1},
 "training": {"steps": ${STEPS:-120}, "sequenceLength": 16, "warmupSteps": 20, "schedule": "constant",
              "stopAfterTargets": 10, "validationInterval": 10, "checkpointInterval": 10, "biasCorrection": true},
 "quality": {"seeds": [100, 101], "steps": ${STEPS:-120}}}
JSON
"$program" run "$work/staged.json" --quiet --out "$work/reference" > "$work/log" 2>&1 || fail "$(tail -n 1 "$work/log")"

killed=0 rounds=0
declare -A stages=([tuning]=0 [later]=0)
until [ "$killed" -ge "$times" ] && [ "${stages[tuning]}" -gt 0 ] && [ "${stages[later]}" -gt 0 ]; do
  rounds=$((rounds + 1))
  [ "$rounds" -le 50 ] || fail "no stage was met: ${stages[tuning]} kills in the tuning, ${stages[later]} after it"
  out=$work/round$rounds
  while true; do
    "$program" run "$work/staged.json" --quiet --out "$out" > "$work/log" 2>&1 &
    process=$!
    sleep "$(moment 100 4000)"
    send KILL
    code=0
    wait $process 2> /dev/null || code=$?
    [ $code -ne 0 ] || break
    [ $code -eq 137 ] || fail "exit code $code: $(tail -n 1 "$work/log")"
    killed=$((killed + 1))
    stage=tuning
    [ ! -e "$out/selection.json" ] || stage=later
    stages[$stage]=$((stages[$stage] + 1))
  done
  same "$out"
  cmp "$work/reference/selection.json" "$out/selection.json" || fail "something else was chosen"
  # Seconds and what follows from them apart.
  cmp <(cut -d, -f1-10,12- "$work/reference/summary.csv") <(cut -d, -f1-10,12- "$out/summary.csv") || fail "summary.csv"
  rm -rf "$out"
done
echo "Killed ${stages[tuning]} times in the tuning and ${stages[later]} times after it, in $rounds rounds: the same bits."
