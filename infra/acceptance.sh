#!/usr/bin/env bash
# Runs the acceptance mails through `shoufa process` and scores the result against their truth.
set -eu
cases=$1
out=out/acceptance
mkdir -p out
rm -rf "$out"
begin=$(date +%s)
.venv/bin/shoufa process "$cases/mails" --out "$out" >"${out}.log" 2>&1 || { mkdir -p out; tail -n 40 "${out}.log"; }
echo "$(($(date +%s) - begin)) seconds" >"$out/time.txt"
.venv/bin/shoufa ledger verify "$out"
.venv/bin/python "$cases/score.py" "$cases" "$out" --list "${LIST:-15}"
