#!/usr/bin/env bash
# submit.sh EXPERIMENT.json DIR [sbatch options …]: trains an experiment as a Slurm job array, a task a cell, and then
# makes its report. ROFORMER names the program (by default .build/release/roformer).
#
#     experiments/slurm/submit.sh experiments/quickstart.json /scratch/me/quickstart --time=02:00:00 --cpus-per-task=4
#
# DIR must lie on a file system that all nodes share. Cells that are done cost their task a moment: submitting again
# goes on with what is left.
set -euo pipefail
experiment=${1:?an experiment file} folder=${2:?the folder of its results}
shift 2
here=$(cd "$(dirname "$0")" && pwd)
export ROFORMER=${ROFORMER:-.build/release/roformer}

cells=$("$ROFORMER" run "$experiment" --count)
mkdir -p "$folder/slurm"
array=$(sbatch --parsable --array="0-$((cells - 1))" --output="$folder/slurm/%a.log" "$@" \
  "$here/cell.sh" "$experiment" "$folder")
# After all, however they ended: a run that diverged belongs into the report.
report=$(sbatch --parsable --dependency="afterany:${array%%;*}" --output="$folder/slurm/report.log" \
  "$here/report.sh" "$folder")
echo "$cells cells: job ${array%%;*}; report: job ${report%%;*}; state: $ROFORMER run $experiment --out $folder --status"
