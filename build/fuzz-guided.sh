#!/usr/bin/env bash
# Coverage-guided fuzzing with SharpFuzz and AFL++ (Debian: apt-get install afl++): build/fuzz-guided.sh TARGET SECONDS [INPUTS]
# TARGET: a folder of tests/ActorTransfer.Fuzzing/corpus, or all. It ends after SECONDS, or after INPUTS if that is earlier. The libraries are instrumented
# in a copy, never in the build. Inputs that crash, hang or find something new stay in artifacts/fuzzing/TARGET.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v afl-fuzz >/dev/null || { echo "fuzz-guided.sh needs AFL++: apt-get install afl++" >&2; exit 69; }
target=${1:-all} seconds=${2:-60} inputs=${3:-0}
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_EnableDiagnostics=0
export AFL_NO_UI=1 AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1 AFL_FORKSRV_INIT_TMOUT=30000
out=artifacts/fuzzing
mkdir -p "$out"
if [ -z "${FUZZ_BUILT:-}" ]; then
  dotnet tool restore >/dev/null
  rm -rf "$out/instrumented"
  dotnet publish tests/ActorTransfer.Fuzzing/ActorTransfer.Fuzzing.csproj -c Release -o "$out/instrumented" -v q -nologo
  for library in Protocol Actors; do dotnet tool run sharpfuzz "$out/instrumented/ActorTransfer.$library.dll"; done
fi

targets=("$target")
[ "$target" != all ] || targets=($(ls tests/ActorTransfer.Fuzzing/corpus))
printf '%-12s %12s %10s %10s %8s %8s\n' target inputs inputs/s edges crashes hangs
for one in "${targets[@]}"; do
  rm -rf "${out:?}/$one"
  limit=(-V "$seconds")
  [ "$inputs" -eq 0 ] || limit+=(-E "$inputs")
  afl-fuzz -i "tests/ActorTransfer.Fuzzing/corpus/$one" -o "$out/$one" -t 5000 -m none "${limit[@]}" \
    -- dotnet "$out/instrumented/ActorTransfer.Fuzzing.dll" guided "$one" >"$out/$one.log" 2>&1 || { tail -n 20 "$out/$one.log"; exit 1; }
  stat() { sed -n "s/^$1 *: *//p" "$out/$one/default/fuzzer_stats"; }
  printf '%-12s %12s %10s %10s %8s %8s\n' "$one" "$(stat execs_done)" "$(stat execs_per_sec)" "$(stat edges_found)" "$(stat saved_crashes)" \
    "$(stat saved_hangs)"
done
