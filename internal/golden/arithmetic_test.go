package golden

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/asm"
)

// longestSum is no less than the terms of any sum that a case adds up: samples or the units of a
// layer. Kernels that cut longer sums only than this one give the same bits.
const longestSum = 256

// recorded reports whether this program computes as the programs did that wrote the files: on amd64, without fused
// multiply-adds where Go has x*y + z, with the exponential function of a processor that has them, and with sums in one
// piece.
func recorded() bool {
	return runtime.GOARCH == "amd64" && !fuses() && exponentials() == 0x2a900f7cdc648af3 &&
		asm.For[float32]().KC >= longestSum && asm.For[float64]().KC >= longestSum
}

// fuses reports whether the compiler makes one rounding of the two in x*y + z.
func fuses() bool {
	const small = 1. / (1 << 30)
	return multiplyAdd(1+small, 1-small, -1) != 0
}

//go:noinline
func multiplyAdd(x, y, z float64) float64 { return x*y + z }

// exponentials is a digest of the bits of e^x for many x. math.Exp may err in the last one.
func exponentials() uint64 {
	h := uint64(14695981039346656037) // FNV-1a, but by 64 bits
	for i := range 2000 {
		h = (h ^ math.Float64bits(math.Exp(-0.0137*float64(i)))) * 1099511628211
	}
	return h
}

// TestChosenInstructionSetIsComparedExactly: who asks for an instruction set, as continuous
// integration does, is not content with a tolerance.
func TestChosenInstructionSetIsComparedExactly(t *testing.T) {
	if os.Getenv("RIDGE_WANT_ISA") == "" || runtime.GOARCH != "amd64" {
		t.Skip("no instruction set was asked for")
	}
	assert.True(t, recorded())
}

// nearer returns a comparison with the records of the generic kernels within a tolerance. Rounding in another order
// changes a number by a few units roundoff as long as all goes the same way, and by as much as the number itself after
// a unit that was off is on, or a step is halved. The records of the three instruction sets are three samples of how
// much that is at each place. Such changes grow from step to step by factors that vary, so only their logarithms are
// alike: another arithmetic may be a hundred times as far from the generic kernels as the others are in the same column
// up to the same row, plus a floor where the three agree by chance. (Measured on arm64, 386 and GOAMD64=v3, all of
// them: no number is further away than a third of that.)
func nearer(t *testing.T) func(t *testing.T, want, got record) {
	others := []map[string]record{load(t, "avx2"), load(t, "avx512")}
	return func(t *testing.T, want, got record) {
		require.Equal(t, want.Exit, got.Exit)
		require.Len(t, got.Rows, len(want.Rows))
		assert.Empty(t, farther(t, others, want, got))
	}
}

// farther are the numbers of a record that are too far from those that are wanted.
func farther(t *testing.T, others []map[string]record, want, got record) (numbers []string) {
	_, rows := pick(t, want.Columns, got)
	halved := halves(t, want)
	for _, other := range others {
		halved = halved || halves(t, other[want.Command])
	}
	for j, name := range want.Columns {
		if strings.HasPrefix(name, "block_") || halved && (name == "eta" || name == "halvings") {
			continue // what solvers leave undone, and before which batch a step is halved, is all rounding
		}
		spread := 0.
		for i := range rows {
			w, g := number(t, want.Rows[i][j]), number(t, rows[i][j])
			for _, other := range others {
				if d := math.Abs(number(t, other[want.Command].Rows[i][j]) - w); d > spread {
					spread = d
				}
			}
			room := 100*spread + floor(want.Command, name, w)
			if math.Abs(w-g) > room { // not where one is missing, as the activity is where no batch was checked
				numbers = append(numbers, fmt.Sprintf("row %d, %s: %g is not %g ± %.2g", i+1, name, g, w, room))
			}
		}
	}
	return numbers
}

// halves reports whether a step is halved.
func halves(t *testing.T, r record) bool {
	j := slices.Index(r.Columns, "halvings")
	return j >= 0 && slices.ContainsFunc(r.Rows, func(row []string) bool { return number(t, row[j]) > 0 })
}

// TestTheToleranceFindsOtherNumbers: the records of AVX2 are near enough to those of the generic kernels, but not if a
// first loss is a tenth larger.
func TestTheToleranceFindsOtherNumbers(t *testing.T) {
	all, other := load(t, "generic"), load(t, "avx2")
	others := []map[string]record{other, load(t, "avx512")}
	found, tried := 0, 0
	for command, want := range all {
		got := other[command]
		assert.Empty(t, farther(t, others, want, got), command)
		loss := slices.IndexFunc(got.Columns, func(name string) bool {
			return name == "forward_loss" || name == "objective"
		})
		if loss < 0 {
			continue
		}
		tried++
		got.Rows = slices.Clone(got.Rows)
		got.Rows[0] = slices.Clone(got.Rows[0])
		got.Rows[0][loss] = fmt.Sprint(1.1 * number(t, got.Rows[0][loss]))
		if farther(t, others, want, got) != nil {
			found++
		}
	}
	assert.Greater(t, tried, 100)
	assert.Greater(t, 100*found, 95*tried, "%d of %d", found, tried)
}

// floor is three samples of some fifty for shares of samples, units and weights; for what is
// continuous, ten times the tolerance to which blocks are solved, and a thousand units
// roundoff where none are.
func floor(command, column string, value float64) float64 {
	full, double := strings.Contains(command, "--batch 0"), strings.Contains(command, "--precision 64")
	switch {
	case strings.HasSuffix(column, "_error"), strings.HasPrefix(column, "activity"), column == "nonzero":
		return 0.06
	case full && double:
		return 10 * 1e-9 * math.Abs(value)
	case full:
		return 10 * 5e-3 * math.Abs(value)
	case double:
		return 1000 * 0x1p-53 * math.Abs(value)
	}
	return 1000 * 0x1p-24 * math.Abs(value)
}

// number is NaN for what is missing.
func number(t *testing.T, text string) float64 {
	t.Helper()
	if text == "" {
		return math.NaN()
	}
	v, err := strconv.ParseFloat(text, 64)
	require.NoError(t, err)
	return v
}
