#!/usr/bin/env bash
# Feeds what reads bytes of strangers with changed inputs: build/fuzz.sh TARGET INPUTS [SEED]. TARGET: a folder of its corpus, or all.
set -euo pipefail
cd "$(dirname "$0")/.."
exec dotnet run -c Release --project tests/ActorTransfer.Fuzzing -- "${1:-all}" "${2:-1000000}" "${3:-1}"
