#!/usr/bin/env bash
# submit.sh EXPERIMENT.json DIR [sbatch options …]: trains an experiment as Slurm job arrays, a task a cell, and then
# makes its report. ROFORMER names the program (by default .build/release/roformer).
#
#     experiments/slurm/submit.sh experiments/quickstart.json /scratch/me/quickstart --time=02:00:00 --cpus-per-task=4
#
# An experiment that tunes its learning rates has an array a stage. Between the tuning and the next one a job of its own
# waits for all tuning runs, extends the grid where a best rate lies at its edge, and writes what was chosen.
#
# The options go to all jobs: account, partition and limits are those of the single jobs, too. Only --array and
# --dependency are not passed on to these.
#
# DIR must lie on a file system that all nodes share. Cells that are done cost their task a moment: submitting again
# goes on with what is left.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: submit.sh EXPERIMENT.json DIR [sbatch options …]" >&2; exit 2; }
experiment=$1 folder=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
export ROFORMER=${ROFORMER:-.build/release/roformer}

# What single jobs get of the options, and the arrays that wait for another job.
job_options=() array_options=()
skip=
for option in "$@"; do
  if [ -n "$skip" ]; then
    [ "$skip" = array ] && array_options+=("$option")
    skip=
    continue
  fi
  case $option in
    --array=* | -a?*) array_options+=("$option") ;;
    --array | -a) skip=array array_options+=("$option") ;;
    --dependency=* | -d?*) ;;
    --dependency | -d) skip=dependency ;;
    *) job_options+=("$option") array_options+=("$option") ;;
  esac
done

# submit [sbatch arguments …]: submits a job and prints its number.
submit() {
  local job
  job=$(sbatch --parsable "$@") || return
  echo "${job%%;*}"
}

# array STAGE COUNT [sbatch options …]: submits an array of a stage's cells; STAGE is empty where there is one stage.
array() {
  local stage=$1 count=$2
  shift 2
  submit --array="0-$((count - 1))" --output="$folder/slurm/${stage:+$stage-}%a.log" "$@" \
    "$here/cell.sh" "$experiment" "$folder" $stage
}

counts=$("$ROFORMER" run "$experiment" --out "$folder" --count)
mkdir -p "$folder/slurm"
if [[ $counts != *" "* ]]; then
  last=$(array "" "$counts" "$@")
  echo "$counts cells: job $last; state: $ROFORMER run $experiment --out $folder --status"
else
  last=
  while read -r stage count; do
    if [ -z "$last" ]; then
      last=$(array "$stage" "$count" "$@")
    else
      last=$(array "$stage" "$count" ${array_options[@]+"${array_options[@]}"} --dependency="afterany:$last")
    fi
    echo "$stage: $count cells: job $last; state: $ROFORMER run $experiment --out $folder --status"
    if [ "$stage" = tuning ]; then
      last=$(submit ${job_options[@]+"${job_options[@]}"} --dependency="afterany:$last" \
        --output="$folder/slurm/choice.log" "$here/choice.sh" "$experiment" "$folder")
      echo "choice of the learning rates: job $last"
    fi
  done <<< "$counts"
fi
# After all, however they ended: a run that diverged belongs into the report.
if report=$(submit ${job_options[@]+"${job_options[@]}"} --dependency="afterany:$last" \
  --output="$folder/slurm/report.log" "$here/report.sh" "$folder" "$experiment"); then
  echo "report: job $report"
else
  echo "the report's job was refused; job $last trains all the same, and after it: $ROFORMER report $folder $experiment" >&2
  exit 1
fi
