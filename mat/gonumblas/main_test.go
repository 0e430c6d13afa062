package gonumblas

import (
	"os"
	"testing"

	"ridge/mat"
)

func TestMain(m *testing.M) {
	Use(mat.AllWorkers)
	os.Exit(m.Run())
}
