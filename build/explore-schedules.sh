#!/usr/bin/env bash
# Explores interleavings of waiters, socket operations, links and relays with Microsoft.Coyote: build/explore-schedules.sh 100000 [--seed 2] [--scenario relay-park].
# The number is how many schedules of each scenario; default 1000.
set -euo pipefail
cd "$(dirname "$0")/.."
iterations=${1:-1000}
shift || true
configuration=${CONFIGURATION:-Debug}
export DOTNET_ROLL_FORWARD=LatestMajor COYOTE_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -n "${SKIP_BUILD:-}" ] || dotnet build tests/ActorTransfer.Concurrency/ActorTransfer.Concurrency.csproj -c "$configuration" -v q -nologo
command -v coyote >/dev/null || { dotnet tool install Microsoft.Coyote.CLI --version 1.7.11 --tool-path "$work/tool" >/dev/null; export PATH=$work/tool:$PATH; }
cp -r "tests/ActorTransfer.Concurrency/bin/$configuration/net10.0" "$work/run"
for assembly in ActorTransfer.Transports ActorTransfer.Concurrency; do
  coyote rewrite "$work/run/$assembly.dll" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
done
dotnet "$work/run/ActorTransfer.Concurrency.dll" --iterations "$iterations" "$@" | grep -v '^\.\.\.'
