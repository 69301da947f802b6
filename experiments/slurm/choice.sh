#!/usr/bin/env bash
#SBATCH --job-name=roformer-choice
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=USR1@60
# The job between the two arrays that submit.sh makes of an experiment with a tuning stage: trains what the tuning still
# lacks, at rates beyond the grid too where a best rate lies at its edge, and writes what was chosen.
set -u
code=0
srun --ntasks=1 --kill-on-bad-exit=0 "$ROFORMER" run "$1" --out "$2" --stage tuning \
  --threads "${SLURM_CPUS_PER_TASK:-1}" || code=$?
if [ $code -eq 75 ]; then
  scontrol requeue "$SLURM_JOB_ID"
fi
exit $code
