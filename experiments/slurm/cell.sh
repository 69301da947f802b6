#!/usr/bin/env bash
#SBATCH --job-name=roformer
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=USR1@60
# cell.sh EXPERIMENT.json DIR [STAGE]: a task of an array that submit.sh makes: one cell, of a stage if there are several.
#
# A minute before its time is over, Slurm sends SIGUSR1 to the job's steps (with B: it would reach this shell alone, which
# is why the program is started by srun). The program saves and ends with code 75, and the task queues up again to go on
# from there. A task that is preempted or requeued gets SIGTERM, which does the same.
set -u
code=0
srun --ntasks=1 --kill-on-bad-exit=0 "$ROFORMER" run "$1" --out "$2" --only "$SLURM_ARRAY_TASK_ID" \
  ${3:+--stage "$3"} --threads "${SLURM_CPUS_PER_TASK:-1}" || code=$?
if [ $code -eq 75 ]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit $code
