#!/usr/bin/env bash
# one-machine.sh start|stop [FOLDER]: a real Slurm on this machine alone, controller and daemon, for trying the scripts
# beside. Needs root and Debian's packages slurm-wlm and munge (apt-get install slurm-wlm munge). What it writes lies in
# FOLDER (by default /tmp/roformer-slurm); where a Slurm is configured already, nothing is touched.
#
#     experiments/slurm/one-machine.sh start && export SLURM_CONF=/tmp/roformer-slurm/slurm.conf
set -euo pipefail
folder=${2:-/tmp/roformer-slurm}
conf=$folder/slurm.conf

stop() {
  for name in slurmctld slurmd munged; do
    [ ! -e "$folder/$name.pid" ] || kill "$(cat "$folder/$name.pid")" 2> /dev/null || true
  done
}

start() {
  [ ! -e /etc/slurm/slurm.conf ] || { echo "this machine has a Slurm of its own: /etc/slurm/slurm.conf" >&2; exit 2; }
  mkdir -p "$folder"/{state,spool}
  [ -e "$folder/munge.key" ] || dd if=/dev/urandom of="$folder/munge.key" bs=1024 count=1 status=none
  chmod 755 "$folder"
  chmod 600 "$folder/munge.key"
  local host cores memory
  host=$(hostname -s)
  cores=$(nproc)
  memory=$(awk '/^MemTotal/ { print int($2 / 1024 * 0.9) }' /proc/meminfo)
  cat > "$conf" << CONF
ClusterName=one-machine
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
SlurmctldPort=16817
SlurmdPort=16818
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=1,sched_interval=2,bf_interval=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobRequeue=1
KillWait=30
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cores RealMemory=$memory State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
CONF
  # Processes need not be confined for a trial; versions before 23.02 have no way to say so.
  local cgroups=disabled
  [[ ! $(slurmd -V) =~ \ (1[0-9]|2[0-2])\. ]] || cgroups=autodetect
  printf 'CgroupPlugin=%s\nIgnoreSystemd=yes\n' "$cgroups" > "$folder/cgroup.conf"
  munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
    --seed-file="$folder/munge.seed" --log-file="$folder/munged.log"
  SLURM_CONF=$conf slurmctld -c
  SLURM_CONF=$conf slurmd
  for _ in $(seq 50); do
    if SLURM_CONF=$conf sinfo -h -o %T 2> /dev/null | grep -q idle; then
      SLURM_CONF=$conf sinfo
      echo "export SLURM_CONF=$conf"
      return
    fi
    sleep 0.2
  done
  cat "$folder/slurmctld.log" "$folder/slurmd.log" >&2
  exit 1
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  *) sed -n 's/^# \?//p' "$0" | head -n 6; exit 2 ;;
esac
