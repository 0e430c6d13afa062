//go:build linux || darwin

package cli

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/train"
	"ridge/internal/checkpoint"
)

// chosenByMany is a training with a choice of some dozens of trainings before it.
type chosenByMany struct{ data, states, model string }

func newChosenByMany(t *testing.T) chosenByMany {
	t.Helper()
	dir := t.TempDir()
	c := chosenByMany{filepath.Join(dir, "t.csv"), filepath.Join(dir, "states"), filepath.Join(dir, "model")}
	table := bands(900, func(band int) string { return string("abab"[band%4]) })
	require.NoError(t, os.WriteFile(c.data, []byte(table), 0o644))
	return c
}

func (c chosenByMany) args(more ...string) []string {
	return append([]string{"--data", c.data, "--net", "10", "--save", c.model}, more...)
}

func (c chosenByMany) kept(more ...string) []string {
	return append(c.args("--checkpoint", c.states, "--checkpoint-every", "1ms"), more...)
}

func (c chosenByMany) record() string { return filepath.Join(c.states, "choice.ridge") }

// notRepeated is how many trainings of the choice a resumed training says that it has not repeated.
func notRepeated(t *testing.T, o outcome) int {
	t.Helper()
	says := regexp.MustCompile(`has (\d+) trainings of the choice, which are not repeated`)
	found := says.FindStringSubmatch(o.stderr)
	require.Len(t, found, 2, o.stderr)
	n, err := strconv.Atoi(found[1])
	require.NoError(t, err)
	return n
}

// What a choice has learnt until the process dies is not lost, and neither is a choice that has been made.
func TestAKilledChoiceGoesOnWhereItWas(t *testing.T) {
	c := newChosenByMany(t)
	succeed(t, c.args()...)
	want := read(t, c.model)
	cmd := command(t, nil, c.kept()...)
	require.NoError(t, cmd.Start())
	require.Eventually(t, func() bool {
		_, err := os.Lstat(c.record())
		return err == nil
	}, time.Minute, time.Millisecond)
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	require.NoError(t, os.Remove(c.model), "of the training that was not killed")

	o := succeed(t, c.kept("--resume")...)
	some := notRepeated(t, o)
	assert.Positive(t, some)
	assert.Equal(t, want, read(t, c.model))
	all := notRepeated(t, succeed(t, c.kept("--resume")...))
	assert.Greater(t, all, some)
	assert.Equal(t, want, read(t, c.model))
	o = execute(t.Context(), c.kept()...)
	assert.Equal(t, exitUsage, o.code)
	assert.Contains(t, o.stderr, "--resume continues that one")
}

func TestAnInterruptedChoiceSaysHowToGoOn(t *testing.T) {
	c := newChosenByMany(t)
	console := start(t, nil, c.args("--checkpoint", c.states, "--checkpoint-every", "1h")...)
	console.until(t, "trial ")
	require.NoError(t, console.cmd.Process.Signal(syscall.SIGTERM))
	assert.Equal(t, exitInterrupted, console.end().ExitCode())
	assert.Contains(t, console.seen.String(), "the same command with --resume goes on")
	assert.Contains(t, console.seen.String(), "no network was saved")
	assert.FileExists(t, c.record())
	assert.NoFileExists(t, c.model)
}

// The choice that has been made is not that of other samples or other options; how long a training waits for a smaller
// error does not matter to it, nor where the samples come from, nor whether a default is given.
func TestAChoiceOfAnotherTrainingIsRefused(t *testing.T) {
	c := newChosenByMany(t)
	flags := []string{"--validation", "50", "--early-stop", "1"}
	succeed(t, c.kept(flags...)...)
	for want, more := range map[string][]string{
		"its training has --gamma 1, this one 3":   {"--gamma", "3"},
		"its training has --epochs 40, this one 8": {"--epochs", "8"},
	} {
		o := execute(t.Context(), c.kept(append(append(flags, "--resume"), more...)...)...)
		assert.Equal(t, exitFailed, o.code)
		assert.Contains(t, o.stderr, "choice.ridge: "+want)
	}
	notRepeated(t, succeed(t, c.kept("--validation", "50", "--early-stop", "2", "--resume")...))
	same := c
	same.data = filepath.Join(filepath.Dir(c.data), "copy.csv")
	require.NoError(t, os.WriteFile(same.data, read(t, c.data), 0o644))
	notRepeated(t, succeed(t, same.kept("--validation", "50", "--early-stop", "2", "--resume", "--loss", "hinge")...))
	require.NoError(t, os.WriteFile(c.data, append(read(t, c.data), "200,1,a\n"...), 0o644))
	o := execute(t.Context(), c.kept(append(flags, "--resume")...)...)
	assert.Equal(t, exitFailed, o.code)
	assert.Regexp(t, "choice.ridge: its training has the samples .*: what the files have in them has changed", o.stderr)
}

// A record that can't be used costs time, and nothing else.
func TestAChoiceIsMadeAnewWhereTheRecordIsOfNoUse(t *testing.T) {
	c := newChosenByMany(t)
	succeed(t, c.kept()...)
	want, good := read(t, c.model), read(t, c.record())
	folder, err := checkpoint.OpenFolder(c.states)
	require.NoError(t, err)
	known, err := folder.Choice()
	require.NoError(t, err)
	with := func(about []byte, fields func(*train.State)) []byte {
		var b bytes.Buffer
		require.NoError(t, train.WriteState(&b, about, fields))
		return b.Bytes()
	}
	ours := []byte(`"program":"` + programName())
	require.True(t, bytes.Contains(known.About, ours))
	for name, damage := range map[string]struct {
		file []byte
		says string
	}{
		"cut short":       {good[:len(good)-9], "warning: "},
		"other contents":  {with(known.About, nothing), "warning: "},
		"another version": {with(bytes.Replace(known.About, ours, append(ours, '2'), 1), nothing), "another version"},
	} {
		require.NoError(t, folder.SaveChoice(func(w io.Writer) error {
			_, err := w.Write(damage.file)
			return err
		}))
		o := succeed(t, c.kept("--resume")...)
		assert.Contains(t, o.stderr, damage.says, name)
		assert.Contains(t, o.stderr, "the choice before the training is made anew", name)
		assert.Equal(t, want, read(t, c.model), name)
		assert.Equal(t, len(good), len(read(t, c.record())), name)
	}
}

// States that no training goes on from are refused before the choice is made anew: the file of their choice may be of
// use to the program that has saved them.
func TestStatesThatAreOfNoUseAreRefusedBeforeTheChoice(t *testing.T) {
	c := newChosenByMany(t)
	succeed(t, c.kept()...)
	files := map[string][]byte{}
	for _, name := range entries(t, c.states) {
		files[filepath.Join(c.states, name)] = read(t, filepath.Join(c.states, name))
	}
	for want, damage := range map[string]func(file []byte) []byte{
		"are of another version of this program, which may go on from them": func(file []byte) []byte {
			return bytes.Replace(file, []byte(magicOfStates(t)), []byte("ridge state 2\n"), 1)
		},
		"are damaged; to begin anew": func(file []byte) []byte { return file[:max(0, len(file)-9)] },
	} {
		for path, good := range files {
			require.NoError(t, os.WriteFile(path, damage(good), 0o644))
		}
		o := execute(t.Context(), c.kept("--resume")...)
		assert.Equal(t, exitFailed, o.code, want)
		assert.Contains(t, o.stderr, want)
		assert.NotContains(t, o.stderr, "made anew", want)
		assert.Equal(t, damage(files[c.record()]), read(t, c.record()), want)
	}
}
