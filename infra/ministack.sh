#!/usr/bin/env bash
# The journey and contract tests against ministack, a second engine, in its own process and virtual environment:
#   infra/ministack.sh PYTHON-OF-THE-PROJECT
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1
home=.venv-ministack
if [ ! -f "$home/.installed" ] || [ requirements/ministack.txt -nt "$home/.installed" ]; then
  "$python" -m venv "$home"
  "$home/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements/ministack.txt
  touch "$home/.installed"
fi
port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
log=$(mktemp)
BIND_HOST=127.0.0.1 GATEWAY_PORT=$port AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test \
  "$home/bin/ministack" >"$log" 2>&1 &
engine=$!
trap 'kill "$engine" 2>/dev/null || true; wait "$engine" 2>/dev/null || true; rm -f "$log"' EXIT
for _ in $(seq 100); do
  if "$python" -c "import socket; socket.create_connection(('127.0.0.1', $port), 1).close()" 2>/dev/null; then
    echo "ministack: http://127.0.0.1:$port"
    export AWS_ENDPOINT_URL="http://127.0.0.1:$port" SHOUFA_TEST_ENDPOINT="http://127.0.0.1:$port"
    "$python" -m pytest -q tests/journey tests/contract/test_ports.py \
      tests/integration/test_local_engine.py
    exit 0
  fi
  sleep 0.2
done
echo "ministack没有启动 / did not start:"
tail -20 "$log"
exit 1
