#!/usr/bin/env bash
# Builds everything (warnings are errors) and runs all tests. Needs the .NET 10 SDK. The last line is "N passed, N failed".
# Tests against Prosody and slixmpp are skipped, with the reason, if these are not installed; with CI=true they fail.
set -uo pipefail
cd "$(dirname "$0")"
command -v dotnet >/dev/null || { echo "test.sh needs the .NET 10 SDK: 'dotnet' is not on the PATH." >&2; exit 69; }
# Disables the runtime's diagnostics: a process killed by a test would leave their sockets in the temporary directory.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_EnableDiagnostics=0
dotnet build ActorTransfer.sln -v q -nologo || { echo "The build failed."; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 0711 "$work" # some tests run a command as another user

# Runs the tests of one project, prints what they say when they have ended, and writes "passed failed skipped" to $work/NAME.counts.
run() {
  local project=$1 name log temporary assembly code p f s left
  name=$(basename "$project" .csproj)
  log=$work/$name.log temporary=$work/$name
  mkdir -m 1777 "$temporary" # tests must remove all files from it
  # Runs the assembly, not the project: MSBuild leaves folders in the temporary directory.
  assembly=$(dirname "$project")/bin/Debug/net10.0/$name.dll
  TMPDIR=$temporary dotnet test "$assembly" --logger "console;verbosity=minimal" --blame-hang-timeout 5m --blame-hang-dump-type none >"$log" 2>&1 </dev/null
  code=$?
  count() { sed -n "s/^\(Passed\|Failed\)! .* $1: *\([0-9]*\),.*/\2/p" "$log" | tail -n 1; }
  p=$(count Passed) f=$(count Failed) s=$(count Skipped)
  sed -i -e '/^Data collector/d' -e '/^Test run for/d' -e '/^VSTest version/d' -e '/^A total of/d' -e '/^Starting test/d' -e '/^$/d' "$log"
  # A run that crashes, hangs or has no test is a failure too.
  if [ "$code" -ne 0 ] && [ "${f:-0}" -eq 0 ] || [ -z "$p" ]; then
    echo "$name ended with code $code and no failed test" >>"$log"
    f=$((${f:-0} + 1))
  fi
  left=$(ls -A "$temporary")
  if [ -n "$left" ]; then
    echo "$name left in its temporary directory:" $left >>"$log"
    f=$((${f:-0} + 1))
  fi
  printf '== %s\n%s\n' "$name" "$(<"$log")"
  echo "${p:-0} ${f:-0} ${s:-0}" >"$work/$name.counts"
}

# The scenarios take as long as all others together and wait most of the time, so both run side by side.
mapfile -t projects < <(find tests -name '*.csproj' | grep -E '(Tests|Scenarios)\.csproj$' | sort)
for project in "${projects[@]}"; do [[ $project == *Scenarios.csproj ]] && run "$project"; done &
for project in "${projects[@]}"; do [[ $project == *Scenarios.csproj ]] || run "$project"; done
wait

passed=0 failed=0 skipped=0
for project in "${projects[@]}"; do
  read -r p f s < "$work/$(basename "$project" .csproj).counts" || { p=0 f=1 s=0; }
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
if [ "$skipped" -gt 0 ]; then
  echo "$skipped skipped, reasons above"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
