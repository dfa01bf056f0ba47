#!/usr/bin/env bash
# Explores interleavings of waiters, socket operations, links and relays with Microsoft.Coyote: build/explore-schedules.sh 100000 [--seed 2] [--scenario relay-park].
# The number is how many schedules of each scenario; default 1000.
set -euo pipefail
cd "$(dirname "$0")/.."
iterations=${1:-1000}
shift || true
dotnet run -c "${CONFIGURATION:-Debug}" --project tests/ActorTransfer.Concurrency -- --iterations "$iterations" "$@" | grep -v '^\.\.\.'
