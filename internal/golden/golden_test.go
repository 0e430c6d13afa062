package golden

import (
	"flag"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/asm"
	_ "ridge/internal/oneworker"
	"ridge/internal/processors"
	"ridge/internal/race"
	_ "ridge/internal/testgc"
)

var update = flag.Bool("update", false, "rewrite the file of the instruction set in use")

// TestTracesAreTheRecordedOnes is the reason for this package.
func TestTracesAreTheRecordedOnes(t *testing.T) {
	isa, err := asm.Selected()
	require.NoError(t, err)
	if *update {
		require.True(t, recorded(), "this machine, or RIDGE_BLOCKS, has an arithmetic of its own")
		var records []record
		for _, command := range cases() {
			records = append(records, recordOf(t, command))
		}
		write(t, isa.String(), records)
		return
	}
	compare := same
	if !recorded() {
		t.Log("compared within a tolerance")
		isa, compare = asm.Generic, nearer(t)
	}
	want := load(t, isa.String())
	for _, command := range cases() {
		t.Run(command, func(t *testing.T) {
			t.Parallel() // they wait for the disk
			require.Contains(t, want, command, "not recorded: see the package comment")
			compare(t, want[command], recordOf(t, command))
		})
	}
}

// TestFilesHaveTheCasesAlone: what is no longer run is not kept.
func TestFilesHaveTheCasesAlone(t *testing.T) {
	for _, isa := range []string{"generic", "avx2", "avx512"} {
		var commands []string
		for command := range load(t, isa) {
			commands = append(commands, command)
		}
		assert.ElementsMatch(t, cases(), commands, isa)
	}
}

// same wants the same bits. A column that was not recorded is no difference.
func same(t *testing.T, want, got record) {
	t.Helper()
	got.Columns, got.Rows = pick(t, want.Columns, got)
	assert.Equal(t, want, got)
}

// pick returns some columns of a record.
func pick(t *testing.T, columns []string, r record) ([]string, [][]string) {
	t.Helper()
	rows := make([][]string, len(r.Rows))
	for _, name := range columns {
		j := slices.Index(r.Columns, name)
		if !assert.GreaterOrEqual(t, j, 0, "there is no column %s", name) {
			return r.Columns, r.Rows
		}
		for i, row := range r.Rows {
			rows[i] = append(rows[i], row[j])
		}
	}
	if len(rows) == 0 {
		rows = nil
	}
	return columns, rows
}

// TestBitsDoNotDependOnWorkers: neither on how many are asked for, nor on the processors that
// they run on.
func TestBitsDoNotDependOnWorkers(t *testing.T) {
	defer processors.Pretend(1)()
	const quick = "--net 150,120 --limit 400 --batch 100 --epochs 1"
	commands := append(deepByDefault(),
		"--batch 0 --limit 300 --net 60,40 --iterations 1",
		"--batch 0 --limit 300 --net 30,20 --iterations 1 --objective tikhonov --precision 64 --l1 1e-3",
		quick,
		"--net 60,50,40 --skip 0:2,1:3 --limit 400 --batch 50 --epochs 1 --l1 1e-3 --precision 64",
		"--net 150,120 --limit 400 --batch 100 --epochs 2 --solver adam --weight-decay 1e-3",
	)
	if testing.Short() && !race.Enabled {
		commands = []string{quick} // what divides work is the same for all kernels
	}
	for _, command := range commands {
		t.Run(command, func(t *testing.T) {
			processors.Pretend(1)
			want := recordOf(t, command, "--workers", "1")
			require.Zero(t, want.Exit, "a training that gives up has no bits to compare")
			require.NotEmpty(t, want.Weights)
			assert.Equal(t, want, recordOf(t, command, "--workers", "3"))
			processors.Pretend(2)
			assert.Equal(t, want, recordOf(t, command))
			processors.Pretend(16) // or there are fewer workers
			assert.Equal(t, want, recordOf(t, command, "--workers", "16"))
		})
	}
}
