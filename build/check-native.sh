#!/usr/bin/env bash
# Publishes the native executable (docs/cli.md) and runs with it the tests that start actor-transfer as a process.
# Takes several minutes, so CI does not run it: run it after an update of a package or of the SDK.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

dotnet publish "$here/src/ActorTransfer.Cli" -p:Native=true -o "$work" -v q
# The native executable cannot be a node of a cluster (ProxyFarmSpec).
# DefectSpec injects a fault by a startup hook of .NET, which native executables do not have.
ACTOR_TRANSFER_EXECUTABLE="$work/actor-transfer" dotnet test "$here/tests/ActorTransfer.Scenarios" --filter \
  "FullyQualifiedName!~ProxyFarm&(FullyQualifiedName~.Cli.ProcessSpec|FullyQualifiedName~.Cli.SendReceiveSpec|FullyQualifiedName~.Interop.|FullyQualifiedName~.Proxy.Proxy|FullyQualifiedName~.NativeSpec)"
