#!/usr/bin/env bash
# Builds what is needed and sends a file from one XMPP user to another through a SOCKS5 bytestreams proxy, inside one process.
# Usage: ./demo.sh [FILE] [options of `actor-transfer demo`]; needs the .NET 10 SDK.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
command -v dotnet >/dev/null || { echo "demo.sh needs the .NET 10 SDK: 'dotnet' is not on the PATH." >&2; exit 69; }
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Building ..." >&2
# Without the analyzers, which are half of the work and matter to developers only, and in one process: the projects depend on each other.
if ! dotnet build "$here/src/ActorTransfer.Cli" -c Release -v q -m:1 -p:RunAnalyzers=false >"$log" 2>&1; then
  cat "$log" >&2
  exit 70
fi
rm -f "$log"
trap - EXIT
exec dotnet "$here/src/ActorTransfer.Cli/bin/Release/net10.0/actor-transfer.dll" demo "$@"
