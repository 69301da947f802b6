#!/usr/bin/env bash
# submit.sh EXPERIMENT.json DIR [sbatch options …]: trains an experiment as a Slurm job array, a task a cell, and then
# makes its report. ROFORMER names the program (by default .build/release/roformer).
#
#     experiments/slurm/submit.sh experiments/quickstart.json /scratch/me/quickstart --time=02:00:00 --cpus-per-task=4
#
# The options go to both jobs: account, partition and limits are the report's, too. Only --array and --dependency
# are not passed on to it.
#
# DIR must lie on a file system that all nodes share. Cells that are done cost their task a moment: submitting again
# goes on with what is left.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: submit.sh EXPERIMENT.json DIR [sbatch options …]" >&2; exit 2; }
experiment=$1 folder=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
export ROFORMER=${ROFORMER:-.build/release/roformer}

# What the report's job gets of the options.
report_options=()
skip=
for option in "$@"; do
  if [ -n "$skip" ]; then skip=; continue; fi
  case $option in
    --array=* | --dependency=* | -a?* | -d?*) ;;
    --array | --dependency | -a | -d) skip=1 ;;
    *) report_options+=("$option") ;;
  esac
done

cells=$("$ROFORMER" run "$experiment" --count)
mkdir -p "$folder/slurm"
array=$(sbatch --parsable --array="0-$((cells - 1))" --output="$folder/slurm/%a.log" "$@" \
  "$here/cell.sh" "$experiment" "$folder")
array=${array%%;*}
echo "$cells cells: job $array; state: $ROFORMER run $experiment --out $folder --status"
# After all, however they ended: a run that diverged belongs into the report.
if report=$(sbatch --parsable ${report_options[@]+"${report_options[@]}"} --dependency="afterany:$array" \
  --output="$folder/slurm/report.log" "$here/report.sh" "$folder" "$experiment"); then
  echo "report: job ${report%%;*}"
else
  echo "the report's job was refused; job $array trains all the same, and after it: $ROFORMER report $folder $experiment" >&2
  exit 1
fi
