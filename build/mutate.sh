#!/usr/bin/env bash
# Mutation testing of ActorTransfer.Protocol with dotnet-stryker: build/mutate.sh FOLDER... (folders of src/ActorTransfer.Protocol, for example Socks5 Sasl).
# Each run needs about two minutes to find out which tests reach which code, and then about a second for each mutant on two cores: a few folders at a time.
# The report is in artifacts/mutation; the last line is the score.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || { echo "Usage: build/mutate.sh FOLDER..." >&2; exit 64; }
globs=()
for folder in "$@"; do
  [ -d "src/ActorTransfer.Protocol/$folder" ] || { echo "There is no folder src/ActorTransfer.Protocol/$folder." >&2; exit 64; }
  globs+=(--mutate "**/$folder/**/*.cs")
done
dotnet tool restore >/dev/null
output=$PWD/artifacts/mutation/$(IFS=-; echo "$*")
cd tests/ActorTransfer.Protocol.Tests
exec dotnet stryker --project ActorTransfer.Protocol.csproj "${globs[@]}" --concurrency 2 --skip-version-check --output "$output" --reporter json --reporter html \
  --reporter cleartext
