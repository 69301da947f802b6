#!/usr/bin/env bash
#SBATCH --job-name=roformer-report
# The last job that submit.sh makes: puts the cells' results together, those that the experiment asks for.
exec "$ROFORMER" report "$1" "$2"
