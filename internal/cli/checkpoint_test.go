//go:build linux || darwin

package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/checkpoint"
)

// TestSignalsSaveTheState: signals that end the training save its state, and after the signal that asks for a state it
// goes on.
func TestSignalsSaveTheState(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			states := filepath.Join(dir, "states")
			args := []string{"--net", "30", "--epochs", "100000", "--checkpoint", states, "--checkpoint-every", "1h",
				"--save", filepath.Join(dir, "m")}
			c := start(t, nil, args...)
			c.until(t, "epoch ")
			require.NoError(t, c.cmd.Process.Signal(syscall.SIGUSR1))
			require.Eventually(t, func() bool { return len(entries(t, states)) > 1 }, time.Minute, time.Millisecond)
			require.NoError(t, c.cmd.Process.Signal(s))
			assert.Equal(t, exitInterrupted, c.end().ExitCode())
			assert.Contains(t, c.seen.String(), "the same command with --resume goes on")
			assert.FileExists(t, filepath.Join(dir, "m"))
			c = start(t, nil, append(args, "--resume")...)
			c.until(t, "note: continuing from "+filepath.Join(states, "state-"))
			c.until(t, "epoch ")
			require.NoError(t, c.cmd.Process.Signal(syscall.SIGINT))
			assert.Equal(t, exitInterrupted, c.end().ExitCode())
		})
	}
	c := start(t, nil, "--net", "30", "--epochs", "100000")
	c.until(t, "epoch ")
	require.NoError(t, c.cmd.Process.Signal(syscall.SIGUSR1))
	c.until(t, "there is no --checkpoint")
	require.NoError(t, c.cmd.Process.Signal(syscall.SIGINT))
	assert.Equal(t, exitInterrupted, c.end().ExitCode())
}

// An interrupted training chooses again as it did, so that its state fits.
func TestInterruptedTrainingsInPiecesGoOn(t *testing.T) {
	dir := t.TempDir()
	data, states := filepath.Join(dir, "t.csv"), filepath.Join(dir, "states")
	require.NoError(t,
		os.WriteFile(data, []byte(bands(400, func(band int) string { return string("abab"[band%4]) })), 0o644))
	args := []string{"--data", data, "--net", "10", "--epochs", "100000", "--checkpoint", states, "--checkpoint-every",
		"1h"}
	for _, more := range [][]string{nil, {"--resume"}} {
		c := start(t, nil, append(args, more...)...)
		if more != nil {
			c.until(t, "note: continuing from "+filepath.Join(states, "state-"))
		}
		c.until(t, "epoch ")
		require.NoError(t, c.cmd.Process.Signal(syscall.SIGTERM))
		assert.Equal(t, exitInterrupted, c.end().ExitCode())
		assert.Contains(t, c.seen.String(), "numbers in pieces")
	}
}

// TestStatesOfOtherTrainingsAreRefused: the error says what is different.
func TestStatesOfOtherTrainingsAreRefused(t *testing.T) {
	states := filepath.Join(t.TempDir(), "states")
	with := func(more ...string) outcome {
		return execute(t.Context(),
			instead([]string{"--net", "5", "--epochs", "1", "--limit", "100", "--checkpoint", states}, more...)...)
	}
	o := with("--resume")
	assert.Zero(t, o.code, o.stderr)
	assert.Contains(t, o.stderr, "has no epoch of the training yet")
	o = with("--resume", "--workers", "2")
	assert.Zero(t, o.code, o.stderr)
	assert.Contains(t, o.stderr, "continuing from")
	o = with()
	assert.Equal(t, exitUsage, o.code)
	assert.Contains(t, o.stderr, "--resume continues that one")
	for flags, want := range map[string]string{
		"--net 6":              "--net 5, this one 6",
		"--epochs 2":           "--epochs 1, this one 2",
		"--limit 99":           "--limit 100, this one 99",
		"--seed 2":             "--seed 1, this one 2",
		"--precision 64":       "--precision 32, this one 64",
		"--gamma 3":            "--gamma 1, this one 3",
		"--loss squared":       "--loss hinge, this one squared",
		"--init gaussian:1":    "--init he, this one gaussian:1",
		"--solver adam":        "the method bcd, this one adam",
		"--net 5,5 --skip 0:2": "--net 5, this one 5,5",
		"--validation 9":       "--validation (none), this one 9",
		"--weight 3:2":         "--weight (none), this one 3:2",
		"--center=false":       "--center true, this one false",
		"--l1 1":               "--l1 0, this one 1",
	} {
		o := with(append(strings.Fields(flags), "--resume")...)
		assert.Equal(t, exitFailed, o.code, flags)
		assert.Contains(t, o.stderr, want, flags)
	}
	for _, flags := range []string{"--resume", "--checkpoint-every 9s"} {
		o := execute(t.Context(), append([]string{"--net", "5"}, strings.Fields(flags)...)...)
		assert.Equal(t, exitUsage, o.code)
		assert.Contains(t, o.stderr, "without --checkpoint DIR")
	}
	o = execute(t.Context(), "--early-stop", "3")
	assert.Equal(t, exitUsage, o.code)
	assert.Contains(t, o.stderr, "want --validation")
}

// TestTrainingsThatAreOverGoOnIfTheirLengthMattersNot: to the bits of one that was as long from the beginning. Others
// are told what to do.
func TestTrainingsThatAreOverGoOnIfTheirLengthMattersNot(t *testing.T) {
	data := flowers(t, 40)
	for flags, want := range map[string]string{
		"--batch 0|--iterations 2|--iterations 3":                  "",
		"--solver adam --rate-policy fixed|--epochs 1|--epochs 2":  "",
		"--epochs 6 --validation 9|--early-stop 1|--early-stop 2":  "",
		"--epochs 6 --validation 9|--early-stop 1|":                "",
		"--batch 0|--iterations 2|--iterations 1":                  "can't go back",
		"|--epochs 1|--epochs 2":                                   "another folder",
		"--solver adam --rate-policy cosine|--epochs 1|--epochs 2": "another folder",
		"--solver adamw --rate-policy fixed|--epochs 1|--epochs 2": "another folder",
		"--epochs 6 --validation 9|--early-stop 2|--early-stop 1":  "--early-stop 2, this one 1",
		"--epochs 6 --validation 9||--early-stop 1":                "--early-stop 0, this one 1",
	} {
		dir := t.TempDir()
		model := func(name string) string { return filepath.Join(dir, name) }
		parts := strings.Split(flags, "|")
		common := strings.Fields("--net 2 --choose-lambda no --workers 1 --data " + data + " " + parts[0])
		with := func(length string, more ...string) []string {
			return slices.Concat(common, strings.Fields(length), more)
		}
		states := []string{"--checkpoint", model("states"), "--resume", "--save", model("resumed")}
		succeed(t, with(parts[1], states...)...)
		o := execute(t.Context(), with(parts[2], states...)...)
		if want != "" {
			assert.Equal(t, exitFailed, o.code, flags)
			assert.Contains(t, o.stderr, want, flags)
			o = execute(t.Context(), with(parts[1], states...)...)
			assert.Contains(t, o.stderr, "is over", flags)
			continue
		}
		assert.Zero(t, o.code, o.stderr)
		assert.NotContains(t, o.stderr, "is over", flags)
		succeed(t, with(parts[2], "--save", model("whole"))...)
		assert.Equal(t, read(t, model("whole")), read(t, model("resumed")), flags)
	}
}

func TestATrainingThatIsOverSaysWhatMakesItLonger(t *testing.T) {
	for _, c := range []struct {
		flags      string
		done, idle int
		want       string
	}{
		{"--batch 0 --iterations 9", 9, 0, "is over; it goes on with more --iterations"},
		{"--batch 0 --iterations 9", 5, 0,
			"is over, as it is within --tolerance; one with a smaller tolerance begins anew"},
		{"--epochs 9", 9, 0, "is over; a longer one, with more --epochs, begins anew"},
		{"--epochs 9 --validation 9 --early-stop 3", 5, 3, "is over, by --early-stop; it goes on with a larger one"},
		{"--epochs 9 --validation 9 --early-stop 3", 9, 3, "is over; a longer one, with more --epochs, begins anew"},
		{"--batch 0 --iterations 9 --validation 9 --early-stop 3", 5, 2, "is over, as it is within --tolerance"},
	} {
		of := trainingOf(t, strings.Fields(c.flags)...)
		r, err := of.plan.recipe(of.plan.shape())
		require.NoError(t, err)
		k := &keeper{flags: &of.flags.keep, recipe: r}
		assert.Contains(t, k.overNote(c.done, c.idle), c.want, c.flags)
	}
}

func TestAFileThatHasChangedIsNotTrainedOnFurther(t *testing.T) {
	data := flowers(t, 40)
	train := []string{"--data", data, "--net", "2", "--epochs", "1", "--choose-lambda", "no", "--checkpoint",
		filepath.Join(t.TempDir(), "states")}
	succeed(t, train...)
	require.NoError(t, os.WriteFile(data, append(read(t, data), "200,clay,tulip\n"...), 0o644))
	o := execute(t.Context(), append(train, "--resume")...)
	assert.Equal(t, exitFailed, o.code)
	assert.Regexp(t,
		"its training has the samples [0-9a-f]+, this one [0-9a-f]+: what the files have in them has changed", o.stderr)
}

// An option that changes the defaults of others is named, not one of the others, which nobody has set.
func TestStatesOfAnotherMetricAreRefusedByItsName(t *testing.T) {
	deep := []string{"--net", strings.Repeat("2,", 9) + "2", "--epochs", "1", "--limit", "1200", "--checkpoint",
		filepath.Join(t.TempDir(), "states")}
	succeed(t, deep...)
	for flags, want := range map[string]string{
		"--metric spectral":                    "--metric spectral-all, this one spectral",
		"--metric spectral --input-step 1":     "--metric spectral-all, this one spectral",
		"--metric spectral-all --input-step 2": "--input-step 1, this one 2",
	} {
		o := execute(t.Context(), append(append(slices.Clone(deep), strings.Fields(flags)...), "--resume")...)
		assert.Equal(t, exitFailed, o.code, flags)
		assert.Contains(t, o.stderr, "its training has "+want, flags)
	}
}

// TestStatesThatCannotBeWrittenDoNotEndTrainings: a file in place of the folder keeps even root
// from writing. The network can be written.
func TestStatesThatCannotBeWrittenDoNotEndTrainings(t *testing.T) {
	dir := t.TempDir()
	states := filepath.Join(dir, "states")
	c := start(t, nil, "--net", "300", "--epochs", "100000", "--checkpoint", states, "--checkpoint-every", "1ms",
		"--save", filepath.Join(dir, "m"))
	c.until(t, "epoch ")
	require.Eventually(t, func() bool {
		_ = os.RemoveAll(states) // the training may be making it again at this moment
		return os.WriteFile(states, []byte("in the way"), 0o644) == nil
	}, time.Minute, time.Millisecond)
	c.until(t, fmt.Sprintf("warning: --checkpoint %s:", states)[:40])
	require.NoError(t, c.cmd.Process.Signal(syscall.SIGTERM))
	assert.Equal(t, exitInterrupted, c.end().ExitCode())
	assert.NotContains(t, c.seen.String(), "--resume goes on")
	assert.FileExists(t, filepath.Join(dir, "m"))
}

// Without --resume, too, the error about the folder of a running training names the process that uses it, and does not
// suggest --resume.
func TestAFolderOfStatesInUseSaysWhoHasIt(t *testing.T) {
	data, states := shapes(t, 60, 30), filepath.Join(t.TempDir(), "states")
	succeed(t, "--data", data, "--net", "4", "--epochs", "1", "--checkpoint", states)
	defer lockedFolder(t, states).Close()
	o := execute(t.Context(), "--data", data, "--net", "4", "--epochs", "1", "--checkpoint", states)
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "trains with it")
	assert.NotContains(t, o.stderr, "--resume")
}

// Between the check of the flags and the training, the data are read and λ is chosen: time in which another training
// may use the folder, and end.
func TestStatesOfATrainingThatHasEndedMeanwhileAreKept(t *testing.T) {
	states := filepath.Join(t.TempDir(), "states")
	f := new(trainFlags)
	cmd := &cobra.Command{}
	f.define(cmd.Flags())
	require.NoError(t, cmd.ParseFlags([]string{"--checkpoint", states}))
	require.NoError(t, f.keep.check(cmd.Flags()))
	succeed(t, "--data", shapes(t, 60, 30), "--net", "4", "--epochs", "1", "--checkpoint", states)
	before, err := os.ReadDir(states)
	require.NoError(t, err)
	_, err = newKeeper(&f.keep, nil, newSpeaker(cmd))
	assert.ErrorContains(t, err, "it has states of a training")
	after, err := os.ReadDir(states)
	require.NoError(t, err)
	assert.Equal(t, before, after)
	folder, err := checkpoint.OpenFolder(states)
	require.NoError(t, err)
	holder, err := folder.Lock()
	require.NoError(t, err)
	assert.Nil(t, holder, "the folder is released")
	require.NoError(t, folder.Close())
}
