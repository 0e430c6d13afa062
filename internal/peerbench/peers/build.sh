#!/bin/sh
# Builds our driver and those of the peers that are installed into bin/.
set -e
cd "$(dirname "$0")"
mkdir -p bin
libs=/usr/lib/$(gcc -print-multiarch)
flags="-O2 -march=native -Wall"

# peer NAME LIBRARY SOURCE FLAG...: a C driver that is linked with that very library.
peer() {
    name=$1 library=$2 source=$3
    shift 3
    if [ ! -e "$library" ]; then
        echo "peers: no $library: leaving out $name" >&2
        rm -f "bin/$name"
        return
    fi
    # shellcheck disable=SC2086 # $flags is a list
    gcc $flags "$@" "$source" -o "bin/$name" "$library" "-Wl,-rpath,$(dirname "$library")" -lm
}

export CGO_ENABLED=0
go build -o bin/ridge ..
(cd gonum && go build -o ../bin/gonum .)
# shellcheck disable=SC2086
gcc $flags peak.c -o bin/peak -lm
peer openblas "$libs/openblas-pthread/libopenblas.so.0" blas.c -DLAPACK
peer blis "$libs/blis-openmp/libblis.so.4" blas.c
peer onednn "$libs/libdnnl.so" dnnl.c
peer osqp "${OSQP:-/usr/local}/lib/libosqp.so" osqp.c "-I${OSQP:-/usr/local}/include/osqp"
