#!/usr/bin/env bash
# Builds everything (warnings are errors) and runs all tests. Needs the .NET 10 SDK. The last line is "N passed, N failed".
# Tests against Prosody and slixmpp are skipped, with the reason, if these are not installed; with CI=true they fail.
set -uo pipefail
cd "$(dirname "$0")"
command -v dotnet >/dev/null || { echo "test.sh needs the .NET 10 SDK: 'dotnet' is not on the PATH." >&2; exit 69; }
# Disables the runtime's diagnostics: a process killed by a test would leave their sockets in the temporary directory.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_EnableDiagnostics=0
dotnet build ActorTransfer.sln -v q -nologo || { echo "The build failed."; exit 1; }

passed=0 failed=0 skipped=0 broken=0
log=$(mktemp)
temporary=$(mktemp -d) # tests must remove all files from it
chmod 1777 "$temporary" # some of them run a command as another user
trap 'rm -rf "$log" "$temporary"' EXIT
count() { sed -n "s/^\(Passed\|Failed\)! .* $1: *\([0-9]*\),.*/\2/p" "$log" | tail -n 1; }
while IFS= read -r project; do
  name=$(basename "$project" .csproj)
  echo "== $name"
  # Runs the assembly, not the project: MSBuild leaves folders in the temporary directory.
  assembly=$(dirname "$project")/bin/Debug/net10.0/$name.dll
  TMPDIR=$temporary dotnet test "$assembly" --logger "console;verbosity=minimal" --blame-hang-timeout 5m --blame-hang-dump-type none >"$log" 2>&1
  code=$?
  grep -v -e '^Data collector' -e '^Test run for' -e '^VSTest version' -e '^A total of' -e '^Starting test' -e '^$' "$log"
  p=$(count Passed) f=$(count Failed) s=$(count Skipped)
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0})) skipped=$((skipped + ${s:-0}))
  # A run that crashes, hangs or has no test is a failure too.
  if [ "$code" -ne 0 ] && [ "${f:-0}" -eq 0 ] || [ -z "$p" ]; then
    echo "$name ended with code $code and no failed test"
    broken=$((broken + 1))
  fi
  left=$(ls -A "$temporary")
  if [ -n "$left" ]; then
    echo "$name left in its temporary directory:" $left
    broken=$((broken + 1))
    find "$temporary" -mindepth 1 -delete
  fi
done < <(find tests -name '*.csproj' | grep -E '(Tests|Scenarios)\.csproj$' | sort)
failed=$((failed + broken))
if [ "$skipped" -gt 0 ]; then
  echo "$skipped skipped, reasons above"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
