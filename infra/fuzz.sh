#!/usr/bin/env bash
# Runs the four fuzzers one after the other, each for so many seconds. Inputs that break a reader stay under build/fuzz.
#   infra/fuzz.sh PYTHON SECONDS
set -u
python=$1 seconds=$2 failed=0
for name in mail archive docx tnef; do
  echo "fuzz $name, ${seconds} s"
  log="build/fuzz/$name.log"
  mkdir -p build/fuzz
  if PYTHONPATH="tests${PYTHONPATH:+:$PYTHONPATH}" "$python" "tests/faults/fuzz_$name.py" "-max_total_time=$seconds" >"$log" 2>&1; then
    grep -E '^Done|number_of_executed|peak_rss' "$log"
  else
    failed=1
    grep -vE '^#[0-9]|^INFO' "$log" | head -40
    ls build/fuzz/"$name"/crash-* build/fuzz/"$name"/timeout-* build/fuzz/"$name"/oom-* 2>/dev/null
  fi
done
exit $failed
