# shellcheck shell=bash
# What legs share. They run in the root of the repository and begin with:  . .ci/lib.sh
set -euo pipefail
shopt -s inherit_errexit

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The data that some tests need may lie next to the clone; without it they skip.
while read -r variable folder; do
  [[ ! -d ../shared/$folder ]] || declare -x "$variable=$(realpath "../shared/$folder")"
done <<'END'
RIDGE_MNIST mnist
RIDGE_TABLES tables
RIDGE_MAROS maros-meszaros
END
unset RIDGE_ISA RIDGE_WANT_ISA

# compiler_memory: what one compiler may take before it collects garbage. As many legs as there are processors run as many
# compilers each, and all of them together may take half of the memory that the machine has or the control group allows,
# whichever is less. With less than 256 MiB they would do little else.
compiler_memory() {
  local mebibytes processors limit
  mebibytes=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo)
  while read -r limit; do
    # Version 1 says a number beyond all memory where version 2 says max.
    [[ $limit == max ]] || ((limit / 1048576 >= mebibytes)) || mebibytes=$((limit / 1048576))
  done < <(cat /sys/fs/cgroup/{memory.max,memory/memory.limit_in_bytes} 2>/dev/null)
  processors=$(nproc)
  mebibytes=$((mebibytes / 2 / (processors * processors)))
  ((mebibytes < 1024)) || mebibytes=1024
  ((mebibytes > 256)) || mebibytes=256
  echo "${mebibytes}MiB"
}

# Without the folder in what is compiled, legs that work in a copy find it in the build cache. The same holds without
# cgo, which only the race detector needs. The leg vet finds all that go test would have vetted again in each leg.
# Most of a run compiles and links. Compiling takes a quarter less when the compiler collects garbage only near a GiB, and
# another fifth when it writes nothing for debuggers, without which and the symbols linking takes half. The tests themselves
# collect as everywhere, and panics name their lines. A flag -gcflags of a leg stands instead of this one, so it repeats
# what is here.
# shellcheck disable=SC2089 # go reads the quotes
GOFLAGS="$(go env GOFLAGS) -trimpath -vet=off '-toolexec=env GOGC=off GOMEMLIMIT=$(compiler_memory)' -ldflags=-s -gcflags=all=-dwarf=false"
# shellcheck disable=SC2090
export GOFLAGS CGO_ENABLED=0

fail() {
  echo "ci: $*" >&2
  return 1
}

# empty WHAT: standard input is empty, or else it shows what is wrong.
empty() {
  local input
  input=$(cat)
  [[ -z $input ]] || fail "$1:"$'\n'"$input"
}

# matches: grep, for which finding nothing is no failure.
matches() { grep "$@" || (($? == 1)); }

# has FEATURE...: the processor has all of these, in the words of /proc/cpuinfo. lacks of .ci/run reads them alike.
has() {
  local feature
  for feature in "$@"; do
    grep -qwm1 "^flags.* $feature" /proc/cpuinfo || return 1
  done
}

# best_isa: the instruction set that the machine should choose.
best_isa() {
  if has avx512f avx512bw avx512cd avx512dq avx512vl; then
    echo avx512
  elif has avx2 fma; then
    echo avx2
  else
    echo generic
  fi
}

# test_as ISA ARGUMENT...: go test, in which ISA must be the instruction set selected: a
# test of asm fails if it is not. Packages above ask for theirs by RIDGE_ISA, and panic
# if they can't have it.
test_as() {
  local isa=$1
  shift
  grep -q '^func TestTheWantedInstructionSetIsChosenByDefault(' asm/*_test.go || fail "asm has no TestTheWantedInstructionSetIsChosenByDefault"
  RIDGE_WANT_ISA=$isa go test -count=1 "$@"
}

# without_http: what is compiled from here on has testify without its assertions about HTTP. They import net/http and all
# below it, two thirds of what a test of asm, mat or qp needs, and who compiles for a platform of their own would compile
# that for them, too.
without_http() {
  local testify=github.com/stretchr/testify
  cp -r "$(go list -m -f '{{.Dir}}' $testify)" "$scratch/testify"
  chmod -R u+w "$scratch/testify"
  rm "$scratch/testify/assert/http_assertions.go"
  sed -i -e '/^func .*HTTP.*{$/,/^}$/d' -e '/^\t.*"net\/[a-z/]*"$/d' "$scratch"/testify/{assert,require}/*.go
  cp go.mod go.sum "$scratch"
  go mod edit -replace=$testify="$scratch/testify" "$scratch/go.mod"
  GOFLAGS="$GOFLAGS -modfile=$scratch/go.mod"
  local imported
  imported=$(go list -deps $testify/require)
  ! grep -qx net/http <<<"$imported" || fail "testify imports net/http otherwise than it did"
}

# The module's packages, and the tools of this folder, which ./... leaves out.
# shellcheck disable=SC2034
packages=(./... ./.ci/house ./.ci/types)

# What computes with the kernels. What does not is tested once, by the leg readme, and so are the steps of bcd: what its
# trainings compute with the kernels of an instruction set is recorded in internal/golden.
# shellcheck disable=SC2034
numeric=(./asm ./mat ./qp ./bcd/vec ./internal/gradient ./internal/golden)

# Tested once, too: that trainings go on with the same bits after a stop. What is stored is the same for all kernels. That
# trainings do not depend on workers is tested with one training of each; the leg readme has the others.
# shellcheck disable=SC2034
once='^TestResumedTrainingsHaveTheSameBits$'
