#!/bin/sh
# fuzz_corpus_test.sh - the inputs that fuzzing has come upon so far are taken
# without a finding, whatever compiler the tests run with; and those that once
# were findings.
set -eu
cd "$(dirname "$0")/../.."

replay=${TOOLCHAIN:-build/gcc}-address/replay
output=$("$replay" grader/fuzz/corpus grader/fuzz/findings)
echo "$output"
case $output in
[1-9]*' inputs without a finding') ;;
*) exit 1 ;;
esac
