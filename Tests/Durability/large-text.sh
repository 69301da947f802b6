#!/usr/bin/env bash
# large-text.sh [MEGABYTES]: tokenizes a large text (the toy corpus again and again, each time with other words), trains on
# it, and compares speed and anonymous memory with what the issue allows: at least 10 MB/s a thread, and no more than
# 300 MB beyond training on the toy corpus itself. Linux only, as it reads /proc.
megabytes=${1:-1000}
THREADS=${THREADS:-$(nproc)}
source "$(dirname "$0")/common.sh"

text=$work/large.txt
for i in $(seq 1 $((megabytes * 1000000 / $(wc -c < data/toy.txt)))); do
  sed "s/\([a-z]*\)\. /\1 $i. /" data/toy.txt
  echo
done > "$text"

# train NAME CORPUS: the most anonymous memory, in kB, once training has begun.
train() {
  "$program" run experiments/quickstart.json --only 0 --threads "$THREADS" --set corpus="$2" --set training.steps=60 \
    --set tokenizer.vocabularySize=8192 --out "$work/$1" > "$work/$1.log" 2>&1 &
  local process=$! most=0 now
  while kill -0 $process 2> /dev/null; do
    now=$(awk '/^RssAnon/ { print $2 }' /proc/$process/status 2> /dev/null || true)
    if [ -n "$now" ] && [ -n "$(ls "$work/$1"/runs/*/curve.csv 2> /dev/null)" ] && [ "$now" -gt $most ]; then
      most=$now
    fi
    sleep 0.02
  done
  wait $process || fail "$(tail -n 1 "$work/$1.log")"
  echo $most
}

small=$(train small data/toy.txt)
large=$(train large "$text")
grep "^tokenized" "$work/large.log"
speed=$(sed -n 's/^tokenized .* at \([0-9]*\)\..*/\1/p' "$work/large.log")
# Again, with the tokens that the first one has left.
rm -r "$work/large/runs"
start=$(now)
again=$(train large "$text")
echo "anonymous memory while training: $small kB on the toy corpus, $large kB on $megabytes MB, $again kB from its cached tokens ($((($(now) - start) / 1000)) s in all)"
for most in "$large" "$again"; do
  [ $((most - small)) -le 300000 ] || fail "$((most - small)) kB more than on the toy corpus"
done
[ "$speed" -ge $((10 * THREADS)) ] || fail "$speed MB/s on $THREADS threads"
