#!/usr/bin/env bash
# full-disk.sh: a run on a file system of a few megabytes, which must end in one line that says so, leave what it had
# saved, and go on once there is space; and the same for a folder that is read-only, or vanishes. Mounts need root.
source "$(dirname "$0")/common.sh"
reference

disk=$work/disk
mkdir "$disk"
mount -t tmpfs -o size=100m tmpfs "$disk" || { echo "no rights to mount a tmpfs: not tried" >&2; exit 77; }
trap 'umount -l "$disk"; rm -rf "$work"' EXIT

one_line() {
  [ "$(wc -l < "$work/log")" -le "$1" ] || fail "$2: more than one line: $(cat "$work/log")"
  tail -n 1 "$work/log"
}

# Something else fills the disk while the run is under way.
"$program" run "${small[@]}" --out "$disk/run" > "$work/log" 2>&1 &
process=$!
until [ -n "$(ls "$disk"/run/runs/*/checkpoint-previous.safetensors 2> /dev/null)" ]; do sleep 0.05; done
dd if=/dev/zero of="$disk/other" bs=64k status=none 2> /dev/null || true
code=0
wait $process || code=$?
[ $code -ne 0 ] || fail "a full disk: exit code 0"
one_line 1 "a full disk" | grep "No space left on device"
code=0
"$program" run "${small[@]}" --out "$disk/run" > "$work/log" 2>&1 || code=$?
[ $code -ne 0 ] || fail "the disk is full still: exit code 0"
one_line 1 "the disk is full still" | grep "No space left on device"
rm "$disk/other"
"$program" run "${small[@]}" --out "$disk/run" > "$work/log" 2>&1 || fail "$(tail -n 1 "$work/log")"
! grep -q "set aside" "$work/log" || fail "a checkpoint was torn: $(cat "$work/log")"
same "$disk/run"

# Read-only from the beginning, and made so under way.
rm -rf "$disk/run"
mkdir "$disk/run"
mount -o remount,ro "$disk"
code=0
"$program" run "${small[@]}" --out "$disk/run" > "$work/log" 2>&1 || code=$?
[ $code -eq 2 ] || fail "a read-only folder: exit code $code"
one_line 1 "a read-only folder" | grep "Read-only file system"
mount -o remount,rw "$disk"

# The folder vanishes.
"$program" run "${small[@]}" --out "$work/gone" > "$work/log" 2>&1 &
process=$!
until [ -n "$(ls "$work"/gone/runs/*/checkpoint.safetensors 2> /dev/null)" ]; do sleep 0.05; done
mv "$work/gone" "$work/moved"
code=0
wait $process || code=$?
[ $code -ne 0 ] || fail "a folder that vanishes: exit code 0"
one_line 1 "a folder that vanishes"
"$program" run "${small[@]}" --out "$work/moved" > "$work/log" 2>&1 || fail "$(tail -n 1 "$work/log")"
same "$work/moved"
echo "A full disk, a read-only folder and one that vanished cost one line each; going on ended in the same bits."
