#!/usr/bin/env bash
# Says which Akka runtime the build will use: nuget (Akka.NET packages of the pinned version) or bundled (bundled/, see bundled/Bundled.targets).
# Tries once, quietly, to restore the packages, so that a machine whose feed carries Akka.NET uses it without being asked.
# A feed that lacks them is asked once a day, not at every build. In the environment AkkaRuntime decides without asking, and AkkaVersion
# names another version than the pinned one.
set -u
cd "$(dirname "$0")/.."
[ -n "${AkkaRuntime:-}" ] && { echo "$AkkaRuntime"; exit 0; }

version=${AkkaVersion:-$(sed -n 's:.*<AkkaVersion.*>\(.*\)</AkkaVersion>.*:\1:p' Directory.Packages.props)}
cache=${NUGET_PACKAGES:-$HOME/.nuget/packages}
have() {
  for id in akka akka.hosting akka.streams akka.testkit.xunit2; do
    [ -d "$cache/$id/$version" ] || return 1
  done
}

asked="artifacts/akka-$version-not-in-feed"
if ! have && [ -z "$(find "$asked" -mmin -1440 2>/dev/null)" ]; then
  timeout 60 dotnet restore build/akka-packages/akka-packages.csproj -p:AkkaRuntime=nuget -v q >/dev/null 2>&1
  have || { mkdir -p artifacts && touch "$asked"; }
fi
have && echo nuget || echo bundled
