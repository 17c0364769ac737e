#!/usr/bin/env bash
# The command `shoufa` in .venv without a build step: a path file and a two-line script.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
site=$("$root/.venv/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
printf '%s\n%s\n' "$root/functions" "$root/infra" >"$site/shoufa.pth"
printf '#!%s\nimport sys\nfrom local.main import main\nsys.exit(main())\n' "$root/.venv/bin/python" >"$root/.venv/bin/shoufa"
chmod +x "$root/.venv/bin/shoufa"
