package golden

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/internal/dataset"
)

// statesPath is a file with the layouts of states: in the first line their version, and then for each training a line
// "train …" with its command line, and a line for each section.
var statesPath = filepath.Join("testdata", "states.txt")

// layouts are the sections of the states of trainings, by their command lines.
type layouts map[string][]string

// layoutCases are command lines of trainings whose states have all sections that there are.
func layoutCases() []string {
	const base = "--net 6,5 --limit 40 --batch 20 "
	all := []string{
		base + "--epochs 2 --metric gram --l1 1e-2 --precision 64",
		base + "--epochs 2 --metric spectral-all",
		base + "--epochs 2 --metric spectral --precision 64",
		"--batch 0 --net 6,5 --limit 40 --iterations 2",
	}
	for _, m := range train.Methods() {
		if !strings.HasPrefix(m.Name, "bcd") {
			all = append(all, base+"--epochs 2 --solver "+m.Name)
		}
	}
	return all
}

// A program finds out only by the version whether it can read a state: one that is refused later has cost a choice of
// hours by then. So whoever changes a section raises the version.
func TestStatesOfAVersionHaveTheRecordedSections(t *testing.T) {
	set, err := dataset.Open(t.Context(), "digits")
	require.NoError(t, err)
	var version string
	now := layouts{}
	for _, command := range layoutCases() {
		version, now[command] = traintest.Sections(t, stateOf(t, set, command))
	}
	then, recorded := loadLayouts(t)
	if !*update {
		require.Equal(t, then, version, "rewrite the file, see the package comment")
		assert.Equal(t, recorded, now, "raise the version of states, and then rewrite the file")
		return
	}
	for command, sections := range now {
		if before, ok := recorded[command]; ok && then == version {
			require.Equal(t, before, sections, "raise the version of states first")
		}
	}
	saveLayouts(t, version, now)
}

// stateOf is the state of a training at the end of its first epoch.
func stateOf(t *testing.T, set *dataset.Set, command string) (state []byte) {
	t.Helper()
	c := &train.Checkpoints{
		Due: func(m train.Moment) bool { return m == train.EpochEnd },
		Save: func(write func(io.Writer) error) error {
			var b bytes.Buffer
			defer func() { state = b.Bytes() }()
			return write(&b)
		},
	}
	var err error
	if strings.Contains(command, "--precision 64") {
		_, _, err = trainAs[float64](t, set, command, c)
	} else {
		_, _, err = trainAs[float32](t, set, command, c)
	}
	require.NoError(t, err)
	require.NotEmpty(t, state, command)
	return state
}

// loadLayouts reads the file, which need not exist.
func loadLayouts(t *testing.T) (version string, all layouts) {
	t.Helper()
	text, err := os.ReadFile(statesPath)
	if os.IsNotExist(err) {
		return "", nil
	}
	require.NoError(t, err)
	version, rest, _ := strings.Cut(string(text), "\n")
	all = layouts{}
	var command string
	for line := range strings.Lines(rest) {
		line = strings.TrimSuffix(line, "\n")
		if is, ok := strings.CutPrefix(line, "train "); ok {
			command = is
			continue
		}
		all[command] = append(all[command], line)
	}
	return version, all
}

func saveLayouts(t *testing.T, version string, all layouts) {
	t.Helper()
	b := new(strings.Builder)
	b.WriteString(version + "\n")
	for _, command := range layoutCases() {
		b.WriteString("train " + command + "\n" + strings.Join(all[command], "\n") + "\n")
	}
	require.NoError(t, os.WriteFile(statesPath, []byte(b.String()), 0o644))
}
