package gonumblas

import (
	"os"
	"testing"

	_ "ridge/internal/oneworker"
	"ridge/mat"
)

func TestMain(m *testing.M) {
	Use(mat.AllWorkers)
	os.Exit(m.Run())
}
