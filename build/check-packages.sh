#!/usr/bin/env bash
# Packs the libraries, restores them from a local folder into a new console project, and sends a file with them.
# The project is outside of this repository, so that only the packages are found.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# A unique version and its own cache, so that results of earlier runs are not used.
version="0.0.0-check.$(date +%s)"
for library in Protocol Transports Actors Hosting LocalDomain OpenTelemetry AspNetCore Cluster; do
  dotnet pack "$here/src/ActorTransfer.$library" -c Release -v q -p:Version="$version" -o "$work/packages"
  package="$work/packages/ActorTransfer.$library.$version"
  for file in README.md "lib/net10.0/ActorTransfer.$library.xml" "lib/net10.0/ActorTransfer.$library.dll"; do
    unzip -Z1 "$package.nupkg" | grep -Fx "$file" >/dev/null || { echo "$package.nupkg has no $file"; exit 1; }
  done
  unzip -Z1 "$package.snupkg" | grep -Fx "lib/net10.0/ActorTransfer.$library.pdb" >/dev/null || { echo "$package.snupkg has no symbols"; exit 1; }
done

mkdir "$work/program"
cp "$here/samples/FirstTransfer/Program.cs" "$work/program"
cat >"$work/program/Program.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <RestoreAdditionalProjectSources>$work/packages</RestoreAdditionalProjectSources>
    <RestorePackagesPath>$work/cache</RestorePackagesPath>
    <RestoreFallbackFolders>${NUGET_PACKAGES:-$HOME/.nuget/packages}</RestoreFallbackFolders>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="ActorTransfer.LocalDomain" Version="$version" />
    <PackageReference Include="Microsoft.Extensions.Hosting" Version="$(sed -n 's:.*"Microsoft.Extensions.Hosting" Version="\(.*\)".*:\1:p' "$here/Directory.Packages.props")" />
  </ItemGroup>
</Project>
EOF
dotnet run --project "$work/program"
