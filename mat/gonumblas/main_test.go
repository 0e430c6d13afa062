package gonumblas

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	_ "ridge/internal/oneworker"
	"ridge/mat"
)

func TestMain(m *testing.M) {
	Use(mat.AllWorkers)
	os.Exit(m.Run())
}

// A program that asks for kernels which can't be had must not compute on others.
func TestAnInstructionSetThatCannotBeUsedStopsTheProgramAtItsStart(t *testing.T) {
	program := exec.Command(os.Args[0], "-test.run=^$")
	program.Env = append(os.Environ(), "RIDGE_ISA=nonsense")
	out, err := program.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "panic: RIDGE_ISA=nonsense: unknown instruction set, want one of generic, avx2")
}
