#!/usr/bin/env bash
# submit.sh: experiments/slurm/submit.sh before a stand-in for sbatch that wants an account, as many clusters do. Both jobs
# get the options; a report's job that is refused leaves the array's number on the terminal. Wants no Slurm.
source "$(dirname "$0")/common.sh"

mkdir "$work/bin"
cat > "$work/bin/sbatch" << 'SBATCH'
#!/usr/bin/env bash
# Notes its arguments, a line a call; refuses a call without an account, and those that REFUSED matches.
echo "$*" >> "$CALLS"
case " $* " in
  *" --account="*) ;;
  *) echo "sbatch: error: Invalid account or account/partition combination specified" >&2; exit 1 ;;
esac
[[ -z ${REFUSED:-} || ! $* =~ $REFUSED ]] || { echo "sbatch: error: $REFUSED is refused" >&2; exit 1; }
echo "$((4710 + $(wc -l < "$CALLS")));cluster"
SBATCH
chmod +x "$work/bin/sbatch"
export PATH=$work/bin:$PATH ROFORMER=$program CALLS=$work/calls

# submit [options …]: one submission; what it printed is in $work/out and $work/err, what sbatch got in $CALLS.
submit() {
  rm -f "$CALLS"
  code=0
  experiments/slurm/submit.sh experiments/quickstart.json "$work/run" "$@" > "$work/out" 2> "$work/err" || code=$?
}
count=$("$program" run experiments/quickstart.json --count)

submit --account=p1 --time=02:00:00 --mem 4G
[ $code -eq 0 ] || fail "exit code $code: $(cat "$work/err")"
[ "$(wc -l < "$CALLS")" = 2 ] || fail "$(wc -l < "$CALLS") submissions"
[ "$(grep -c -e '--account=p1 --time=02:00:00 --mem 4G' "$CALLS")" = 2 ] || fail "not both got the options: $(cat "$CALLS")"
head -n 1 "$CALLS" | grep -q -e "--array=0-$((count - 1)) " || fail "no array over $count cells"
tail -n 1 "$CALLS" | grep -q -e "--dependency=afterany:4711 .*report.sh" || fail "the report does not wait for the array"
grep -q "$count cells: job 4711;" "$work/out" || fail "the array's number is missing: $(cat "$work/out")"
tail -n 1 "$CALLS" | grep -q "report.sh $work/run experiments/quickstart.json" || fail "the report does not know the experiment"
grep -q "report: job 4712" "$work/out" || fail "the report's number is missing: $(cat "$work/out")"

# An array of one's own and what it waits for are not the report's.
submit --account=p1 --array=0-1%2 --dependency afterok:7 -d afterok:8 --qos=low
tail -n 1 "$CALLS" | grep -q -e "--account=p1 --qos=low --dependency=afterany:4711" || fail "$(cat "$CALLS")"
! tail -n 1 "$CALLS" | grep -q -e "--array\|afterok" || fail "the report's job is an array: $(tail -n 1 "$CALLS")"

REFUSED=report.sh submit --account=p1
[ $code -eq 1 ] || fail "exit code $code where the report's job is refused"
grep -q "job 4711" "$work/out" || fail "the array's number is lost: $(cat "$work/out")"
grep -q "report $work/run" "$work/err" || fail "no word of how to make the report: $(cat "$work/err")"

submit
[ $code -ne 0 ] || fail "a refused array is no success"
[ "$(wc -l < "$CALLS")" = 1 ] || fail "a report of nothing was submitted"
grep -q "Invalid account" "$work/err" || fail "sbatch's own words are lost"
# An experiment with a tuning stage: an array, the choice, an array for each stage that follows, the report; each waits for
# the one before.
rm -f "$CALLS"
experiments/slurm/submit.sh experiments/study/toy.json "$work/staged" --account=p1 --array=0-3 --dependency=afterok:7 \
  > "$work/out" 2> "$work/err" || fail "exit code $?: $(cat "$work/err")"
[ "$(wc -l < "$CALLS")" = 5 ] || fail "$(wc -l < "$CALLS") submissions: $(cat "$CALLS")"
expect() { sed -n "$1p" "$CALLS" | grep -q -e "$2" || fail "submission $1 is not $2: $(sed -n "$1p" "$CALLS")"; }
expect 1 "--array=0-24 .*--account=p1 --array=0-3 --dependency=afterok:7 .*cell.sh experiments/study/toy.json $work/staged tuning"
expect 2 "--dependency=afterany:4711 .*choice.sh experiments/study/toy.json $work/staged"
expect 3 "--array=0-47 .*--dependency=afterany:4712 .*cell.sh experiments/study/toy.json $work/staged evaluation"
expect 4 "--array=0-17 .*--dependency=afterany:4713 .*cell.sh experiments/study/toy.json $work/staged quality"
expect 5 "--dependency=afterany:4714 .*report.sh $work/staged experiments/study/toy.json"
! sed -n 2p "$CALLS" | grep -q -e "--array\|afterok" || fail "the choice's job is an array: $(sed -n 2p "$CALLS")"
grep -q "evaluation: 48 cells: job 4713;" "$work/out" || fail "the arrays' numbers are missing: $(cat "$work/out")"
echo "All jobs get the options, each stage waits for the one before, and their numbers are printed."
