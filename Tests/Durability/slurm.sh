#!/usr/bin/env bash
# slurm.sh: six cells as a job array on a real Slurm, one task requeued in the middle; summary and curves must equal those of
# one process, but for seconds. Wants sbatch to work: see experiments/slurm/one-machine.sh.
STEPS=${STEPS:-150}
source "$(dirname "$0")/common.sh"
sinfo > /dev/null || { echo "no Slurm answers; experiments/slurm/one-machine.sh start" >&2; exit 77; }

cat > "$work/six.json" << JSON
{"name": "six", "corpus": "data/toy.txt", "tokenizer": {"vocabularySize": 1024}, "model": {"normalization": "pre"},
 "arms": [{"name": "learned", "position": "learned"}, {"name": "rotary", "position": "rotary"}], "seeds": [0, 1, 2],
 "training": {"steps": $STEPS, "sequenceLength": 32, "warmupSteps": 20, "validationInterval": 25,
              "checkpointInterval": 20, "biasCorrection": true}, "targetLosses": [5.2]}
JSON
"$program" run "$work/six.json" --quiet --out "$work/reference" > "$work/log" 2>&1 || fail "$(tail -n 1 "$work/log")"
test "$("$program" run "$work/six.json" --count)" = 6

ROFORMER=$program experiments/slurm/submit.sh "$work/six.json" "$work/array"
requeued=
until [ -z "$(squeue -h)" ]; do
  if [ -z "$requeued" ] && [ -n "$(ls "$work"/array/runs/*/checkpoint.safetensors 2> /dev/null)" ]; then
    requeued=$(squeue -r -h -t R -o %i | grep -m 1 _ || true)
    [ -z "$requeued" ] || { scontrol requeue "$requeued" && echo "requeued task $requeued"; }
  fi
  sleep 0.5
done
[ -n "$requeued" ] || fail "no task was requeued"
grep -q "interrupted; the same command goes on" "$work"/array/slurm/*.log || fail "the requeued task did not save"
"$program" run "$work/six.json" --out "$work/array" --status 2> /dev/null | grep '"done" : 6' || fail "not all are done"
cmp <(cut -d, -f1-10,12- "$work/reference/summary.csv") <(cut -d, -f1-10,12- "$work/array/summary.csv") ||
  fail "summary.csv differs"
same "$work/array"
echo "The array's summary, curves and weights equal one process's."
