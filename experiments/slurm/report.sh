#!/usr/bin/env bash
#SBATCH --job-name=roformer-report
# The last job that submit.sh makes: puts the cells' results together.
exec "$ROFORMER" report "$1"
