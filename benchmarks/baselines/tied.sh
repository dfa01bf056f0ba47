#!/usr/bin/env bash
# Runs a program that lives as long as standard input does: tied.sh PROGRAM ARGUMENTS...
. "${BASH_SOURCE[0]%/*}/keep.sh"
"$@" </dev/null &
keep $!
