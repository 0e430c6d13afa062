package asm

import (
	"os"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A test run that asks for an instruction set must use it; otherwise its success means nothing.
func TestRequestedInstructionSetIsUsed(t *testing.T) {
	isa, err := Selected()
	require.NoError(t, err)
	if want := os.Getenv("RIDGE_ISA"); want != "" {
		assert.Equal(t, want, isa.String())
	}
	assert.Equal(t, isa, For[float32]().ISA)
	assert.Equal(t, isa, For[float64]().ISA)
	assert.Equal(t, isa, TrainingFor[float32]().ISA)
	assert.Equal(t, isa, TrainingFor[float64]().ISA)
	t.Logf("instruction set: %v", isa)
}

// RIDGE_WANT_ISA is for runs on other machines, real or emulated: it names the instruction set that
// must be chosen there by default.
func TestTheWantedInstructionSetIsChosenByDefault(t *testing.T) {
	want := os.Getenv("RIDGE_WANT_ISA")
	if want == "" {
		t.Skip("RIDGE_WANT_ISA is not set: this machine may choose any instruction set")
	}
	isa, err := Selected()
	require.NoError(t, err)
	assert.Equal(t, want, isa.String())
}

func TestTheInstructionSetThatIsNamedIsFound(t *testing.T) {
	isa, err := findISA("")
	require.NoError(t, err)
	assert.Empty(t, missing(isa), "the best instruction set can be run")

	for _, name := range []string{"generic", "avx2", "avx512"} {
		isa, err := findISA(name)
		if err == nil {
			assert.Equal(t, name, isa.String())
			continue
		}
		var e *ISAError
		require.ErrorAs(t, err, &e)
		assert.NotEmpty(t, e.Missing)
		assert.Contains(t, err.Error(), e.Missing[0])
	}

	_, err = findISA("sse9")
	assert.EqualError(t, err, "RIDGE_ISA=sse9: unknown instruction set, want one of generic, avx2, avx512")
}

func TestTablesAreConsistent(t *testing.T) {
	testConsistentTables[float32](t)
	testConsistentTables[float64](t)
}

func testConsistentTables[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, k *Kernels[T]) {
		assert.LessOrEqual(t, k.MR*k.NR, maxTile)
		assert.Positive(t, k.KC)
		assert.Positive(t, k.MC)
		assert.Positive(t, k.NC)
		assert.Zero(t, k.MC%k.MR)
		assert.Zero(t, k.NC%k.NR)
	})
}

// Every table has every kernel.
func TestTablesAreComplete(t *testing.T) {
	testCompleteTables[float32](t)
	testCompleteTables[float64](t)
}

func testCompleteTables[T Float](t *testing.T) {
	eachISA[T](t, func(t *testing.T, isa ISA) {
		tables := reflect.ValueOf(*tablesOf[T](isa))
		for i := range tables.NumField() {
			table := tables.Field(i)
			assert.Equal(t, isa, table.FieldByName("ISA").Interface())
			for f := range table.NumField() {
				assert.False(t, table.Field(f).Kind() == reflect.Func && table.Field(f).IsNil(),
					table.Type().Field(f).Name)
			}
		}
	})
}

func TestAnInstructionSetWithoutTablesIsMissing(t *testing.T) {
	before, inUse := instructionSets, selected
	t.Cleanup(func() { instructionSets, selected = before, inUse })
	instructionSets = slices.Clone(instructionSets)
	register(7, instructionSet{name: "later", lacking: map[string]string{runtime.GOOS: "a better system"}})
	assert.Len(t, missing(7), 2)
	assert.Equal(t, "a better system", missing(7)[1])
	isa, err := findISA("")
	require.NoError(t, err)
	assert.Less(t, isa, ISA(7))
	_, err = findISA("later")
	assert.ErrorContains(t, err, "RIDGE_ISA=later: this machine or build can't use it: missing assembly (this is a ")
	assert.ErrorContains(t, err, "a better system (unset RIDGE_ISA for the best that it can)")
}
