package gonumblas

import (
	"os"
	"testing"

	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

func TestMain(m *testing.M) {
	blas64.Use(Implementation{})
	blas32.Use(Implementation{})
	lapack64.Use(Implementation{})
	os.Exit(m.Run())
}
