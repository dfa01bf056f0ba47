#!/usr/bin/env bash
# Runs a program until standard input ends: tied.sh PROGRAM ARGUMENTS...
. "${BASH_SOURCE[0]%/*}/keep.sh"
"$@" </dev/null &
keep $!
