package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/train"
	"ridge/internal/checkpoint"
)

// What the choice before a training finds are no flags that anybody gave, and it may find others in another file.
func TestAFileThatHasChangedIsNotBlamedOnWhatWasChosen(t *testing.T) {
	data := ring(t, func(p float64) string { return strconv.FormatBool(p > 0) })
	train := []string{"--data", data, "--net", "5", "--epochs", "1", "--choose-lambda", "yes", "--checkpoint",
		filepath.Join(t.TempDir(), "states")}
	chosen := succeed(t, train...)
	noise := ring(t, func(p float64) string { return strconv.FormatBool(int(7*p)%3 == 0) })
	require.NoError(t, os.WriteFile(data, read(t, noise), 0o644))
	lambda := regexp.MustCompile(`γ 1, λ \S+, λ_out \S+,`)
	other := succeed(t, train[:len(train)-2]...)
	require.NotEqual(t, lambda.FindString(chosen.stdout), lambda.FindString(other.stdout), "the choice is another one")
	o := execute(t.Context(), append(train, "--resume")...)
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "what the files have in them has changed")
}

// identityOf is that of a training by a version of the program.
func identityOf(program, samples, epochs string) checkpoint.Identity {
	return checkpoint.Identity{Program: program,
		Settings: []checkpoint.Setting{
			{Name: checkpoint.Samples, Value: samples}, {Name: "--epochs", Value: epochs},
		}}
}

// resuming is a keeper that has found a state of some training, and where it says things.
func resuming(t *testing.T, theirs checkpoint.Identity) (k *keeper, said *bytes.Buffer) {
	t.Helper()
	folder, err := checkpoint.OpenFolder(t.TempDir())
	require.NoError(t, err)
	about, err := theirs.Encode()
	require.NoError(t, err)
	require.NoError(t, folder.Save(func(w io.Writer) error {
		return train.WriteState(w, about, func(*train.State) {})
	}))
	said = new(bytes.Buffer)
	k = &keeper{flags: &keepFlags{resume: true}, folder: folder, speaker: &speaker{w: said},
		recipe: bcd.FullBatches.With(bcd.FullBatches.Defaults(train.Problem{}))}
	require.NoError(t, k.findLast())
	return k, said
}

// The defaults of another version of the program may be others: then nobody has given what differs.
func TestStatesOfAnotherVersionAreRefusedWithThatReason(t *testing.T) {
	const (
		files   = "what the files have in them has changed"
		version = "the state was saved by another version of this program (1.0, this one is 1.1)"
	)
	for name, c := range map[string]struct {
		theirs checkpoint.Identity
		want   string // at the end
	}{
		"another version": {
			identityOf("1.0", "s", "16"), "--epochs 16, this one 20; " + version + ", whose defaults may differ",
		},
		"another version and samples": {identityOf("1.0", "r", "20"), files + ", or what is made of it: " + version},
		"the same version":            {identityOf("1.1", "r", "20"), files},
	} {
		t.Run(name, func(t *testing.T) {
			k, said := resuming(t, c.theirs)
			assert.Regexp(t, regexp.QuoteMeta(c.want)+"$", fmt.Sprint(k.open(identityOf("1.1", "s", "20"))))
			assert.Empty(t, said.String())
		})
	}
}

// A state of another version that fits in all else is gone on from, with a warning.
func TestStatesOfAnotherVersionThatFitAreGoneOnFrom(t *testing.T) {
	open := func(program string) string {
		k, said := resuming(t, identityOf(program, "s", "20"))
		require.NoError(t, k.open(identityOf("1.1", "s", "20")))
		require.NoError(t, k.state.Close())
		assert.Contains(t, said.String(), "continuing from "+k.last.Path)
		return said.String()
	}
	assert.Regexp(t, `^warning: \S+ was saved by another version of this program \(1\.0, this one is 1\.1\): `+
		`the bits may differ from those of an uninterrupted training\n`, open("1.0"))
	assert.NotContains(t, open("1.1"), "warning")
}

func TestTheTimeOfAResumedTrainingHasThatBeforeIt(t *testing.T) {
	states := filepath.Join(t.TempDir(), "states")
	train := strings.Fields("--limit 1000 --net 50 --epochs 10 --json - --checkpoint " + states)
	succeed(t, train...)
	var run struct {
		Seconds float64
		Trace   []struct{ Seconds float64 }
	}
	require.NoError(t, json.Unmarshal([]byte(succeed(t, append(train, "--resume")...).stdout), &run))
	require.Len(t, run.Trace, 10)
	assert.GreaterOrEqual(t, run.Seconds, run.Trace[9].Seconds)
}
