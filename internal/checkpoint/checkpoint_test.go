package checkpoint

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/train"
)

// state writes a state about something.
func state(about string) func(io.Writer) error {
	return func(w io.Writer) error { return train.WriteState(w, []byte(about), func(*train.State) {}) }
}

// entries lists a folder.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestFolderKeepsTheLastTwo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	f, err := OpenFolder(dir)
	require.NoError(t, err)
	assert.True(t, f.Empty())
	last, err := f.Last()
	require.NoError(t, err)
	assert.Nil(t, last)
	for _, about := range []string{"one", "two", "three"} {
		require.NoError(t, f.Save(state(about)))
		last, err := f.Last()
		require.NoError(t, err)
		assert.Equal(t, about, string(last.About))
	}
	assert.Equal(t, []string{"state-000002.ridge", "state-000003.ridge"}, entries(t, dir))

	again, err := OpenFolder(dir)
	require.NoError(t, err)
	assert.False(t, again.Empty())
	require.NoError(t, again.Save(state("four")))
	assert.Equal(t, []string{"state-000003.ridge", "state-000004.ridge"}, entries(t, dir))
}

// TestStatesThatCannotBeWritten leave those that are there, and nothing else.
func TestStatesThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	f, err := OpenFolder(dir)
	require.NoError(t, err)
	require.NoError(t, f.Save(state("one")))
	full := errors.New("no space left")
	require.ErrorIs(t, f.Save(func(w io.Writer) error {
		_, _ = w.Write([]byte("some of it"))
		return full
	}), full)
	assert.Equal(t, []string{"state-000001.ridge"}, entries(t, dir))
	require.NoError(t, f.Save(state("two")))

	require.NoError(t, os.RemoveAll(dir))
	require.NoError(t, f.Save(state("three")), "a folder that is gone is made again")
	last, err := f.Last()
	require.NoError(t, err)
	assert.Equal(t, "three", string(last.About))
}

// TestDamagedStatesAreLeftOut: what there is before them is as good as it was.
func TestDamagedStatesAreLeftOut(t *testing.T) {
	dir := t.TempDir()
	f, err := OpenFolder(dir)
	require.NoError(t, err)
	require.NoError(t, f.Save(state("one")))
	require.NoError(t, f.Save(state("two")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "state-000003.ridge"), []byte("nothing"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "state-x.ridge"), nil, 0o644))
	require.NoError(t, os.Truncate(filepath.Join(dir, "state-000002.ridge"), 40))
	last, err := f.Last()
	require.NoError(t, err)
	assert.Equal(t, "one", string(last.About))
	assert.Len(t, last.Newer, 2)
	require.NoError(t, os.Truncate(filepath.Join(dir, "state-000001.ridge"), 0))
	_, err = f.Last()
	var damaged *train.StateError
	require.ErrorAs(t, err, &damaged)
}

// Of a state that can't be read it is not known whether it is damaged: it is neither passed over nor removed.
func TestAStateThatCannotBeReadIsNotDamaged(t *testing.T) {
	dir := t.TempDir()
	f, err := OpenFolder(dir)
	require.NoError(t, err)
	require.NoError(t, f.Save(state("one")))
	loop := filepath.Join(dir, "state-000002.ridge") // opening it fails, also for root
	require.NoError(t, os.Symlink("state-000002.ridge", loop))
	_, err = f.Last()
	require.ErrorContains(t, err, loop)
	assert.False(t, errors.As(err, new(*DamagedError)), err)
	assert.Empty(t, f.bad)
	require.NoError(t, os.Remove(loop))
	require.NoError(t, os.Mkdir(loop, 0o700))
	last, err := f.Last()
	require.NoError(t, err)
	assert.Equal(t, "one", string(last.About))
	require.Len(t, last.Newer, 1)
	assert.ErrorContains(t, last.Newer[0], "no regular file")

	require.NoError(t, os.Symlink("choice.ridge", f.choicePath()))
	_, err = f.Choice()
	require.ErrorContains(t, err, f.choicePath())
	assert.False(t, errors.As(err, new(*DamagedError)), err)
}

// TestADamagedStateIsNotOneOfTheTwo that are kept: the one that the training went on from stays.
func TestADamagedStateIsNotOneOfTheTwo(t *testing.T) {
	dir := t.TempDir()
	f, err := OpenFolder(dir)
	require.NoError(t, err)
	for _, about := range []string{"one", "two"} {
		require.NoError(t, f.Save(state(about)))
	}
	require.NoError(t, os.Truncate(filepath.Join(dir, "state-000002.ridge"), 40))
	again, err := OpenFolder(dir)
	require.NoError(t, err)
	_, err = again.Last()
	require.NoError(t, err)
	require.NoError(t, again.Save(state("three")))
	require.NoError(t, os.Truncate(filepath.Join(dir, "state-000003.ridge"), 40))
	last, err := again.Last()
	require.NoError(t, err)
	require.NotNil(t, last)
	assert.Equal(t, "one", string(last.About))
	for _, about := range []string{"four", "five"} {
		require.NoError(t, again.Save(state(about)))
	}
	assert.Equal(t, []string{"state-000004.ridge", "state-000005.ridge"}, entries(t, dir))
}

// TestNumbersThatNoStateHasAreIgnored: after the largest one there would be none.
func TestNumbersThatNoStateHasAreIgnored(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "state-9223372036854775807.ridge"), nil, 0o600))
	f, err := OpenFolder(dir)
	require.NoError(t, err)
	assert.True(t, f.Empty())
	require.NoError(t, f.Save(state("one")))
	last, err := f.Last()
	require.NoError(t, err)
	assert.Equal(t, "one", string(last.About))
}

// A state after one of the largest number would not be found again. It could be the only one of a training, so that the
// error comes before the training begins.
func TestAStateMustLeaveNumbersForThoseAfterIt(t *testing.T) {
	for number, fails := range map[string]bool{
		"536870911": false, "536870912": true, "1073741822": true, "1073741823": true, "1073741824": false,
	} {
		t.Run(number, func(t *testing.T) {
			dir := t.TempDir()
			unlocked, err := OpenFolder(dir)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, "state-"+number+".ridge"), nil, 0o600))
			f, err := OpenFolder(dir)
			if fails {
				require.ErrorContains(t, err, "state-"+number+".ridge: its number leaves too few")
				_, err := unlocked.Lock()
				require.ErrorContains(t, err, "state-"+number+".ridge: its number leaves too few")
				return
			}
			require.NoError(t, err)
			require.NoError(t, f.Save(state("one")))
			last, err := f.Last()
			require.NoError(t, err)
			assert.Equal(t, "one", string(last.About))
		})
	}
}

func TestFolderIsForOneProcess(t *testing.T) {
	dir := t.TempDir()
	f, err := OpenFolder(dir)
	require.NoError(t, err)
	require.NoError(t, f.Close(), "without a lock")
	holder, err := f.Lock()
	require.NoError(t, err)
	assert.Nil(t, holder)
	g, err := OpenFolder(dir)
	require.NoError(t, err)
	assert.True(t, g.Empty(), "the lock is no state")
	holder, err = g.Lock()
	require.NoError(t, err)
	require.NotNil(t, holder)
	assert.Equal(t, os.Getpid(), holder.PID)
	require.NoError(t, f.Close())
	assert.Empty(t, entries(t, dir))
}

// What is known of a choice is one file, which is neither a state nor removed with old ones.
func TestAChoiceIsKeptBesideTheStates(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	f, err := OpenFolder(dir)
	require.NoError(t, err)
	none, err := f.Choice()
	require.NoError(t, err)
	assert.Nil(t, none)
	require.NoError(t, f.SaveChoice(state("first")))
	assert.False(t, f.Empty())
	require.NoError(t, f.SaveChoice(state("second")))
	again, err := OpenFolder(dir)
	require.NoError(t, err)
	assert.False(t, again.Empty())
	last, err := again.Last()
	require.NoError(t, err)
	assert.Nil(t, last, "it is no state")
	for _, about := range []string{"one", "two", "three"} {
		require.NoError(t, again.Save(state(about)))
	}
	full := errors.New("no space left")
	require.ErrorIs(t, again.SaveChoice(func(io.Writer) error { return full }), full)
	known, err := again.Choice()
	require.NoError(t, err)
	assert.Equal(t, "second", string(known.About))
	assert.Equal(t, []string{"choice.ridge", "state-000002.ridge", "state-000003.ridge"}, entries(t, dir))

	require.NoError(t, os.Truncate(known.Path, 20))
	_, err = again.Choice()
	require.ErrorAs(t, err, new(*train.StateError))
	assert.ErrorContains(t, err, known.Path)
	require.NoError(t, os.RemoveAll(dir))
	require.NoError(t, again.SaveChoice(state("third")), "a folder that is gone is made again")
	assert.Equal(t, []string{"choice.ridge"}, entries(t, dir))
}

// Another process may have saved states, and ended, since the folder was opened.
func TestALockedFolderKnowsTheStatesOfOthers(t *testing.T) {
	dir := t.TempDir()
	f, err := OpenFolder(dir)
	require.NoError(t, err)
	other, err := OpenFolder(dir)
	require.NoError(t, err)
	require.NoError(t, other.Save(state("theirs")))
	assert.True(t, f.Empty())
	holder, err := f.Lock()
	require.NoError(t, err)
	require.Nil(t, holder)
	assert.False(t, f.Empty())
	require.NoError(t, f.Save(state("ours")))
	require.NoError(t, f.Close())
	assert.Equal(t, []string{"state-000001.ridge", "state-000002.ridge"}, entries(t, dir))
}

func TestTheClockKeepsSavingToATwentiethOfTheTime(t *testing.T) {
	var now time.Time
	c := NewClock(time.Minute)
	c.now = func() time.Time { return now }
	now = c.last
	wait := func(d time.Duration) { now = now.Add(d) }
	save := func(took time.Duration) {
		require.NoError(t, c.Saving(func() error { wait(took); return nil }))
	}
	for _, m := range []train.Moment{train.Cancelled, train.Finished, train.EpochEnd} {
		assert.True(t, c.Due(m))
	}
	assert.False(t, c.Due(train.WithinEpoch))
	save(time.Second)
	assert.False(t, c.Due(train.EpochEnd), "one has just been saved")
	wait(19 * time.Second)
	assert.False(t, c.Due(train.EpochEnd))
	wait(time.Second)
	assert.True(t, c.Due(train.EpochEnd), "saving is a twentieth of the time by now")
	assert.False(t, c.Due(train.WithinEpoch))
	wait(40 * time.Second)
	assert.True(t, c.Due(train.WithinEpoch), "the interval")
	save(time.Hour)
	wait(time.Minute)
	assert.True(t, c.Due(train.EpochEnd), "the interval is a promise")
	save(0)
	assert.False(t, c.Due(train.WithinEpoch))
	c.Ask()
	assert.True(t, c.Due(train.WithinEpoch))
	assert.True(t, c.Due(train.EpochEnd))
	wait(time.Minute)
	assert.True(t, c.Due(train.WithinEpoch))
	failing := errors.New("full")
	require.ErrorIs(t, c.Saving(func() error { wait(time.Second); return failing }), failing)
	assert.False(t, c.Due(train.WithinEpoch), "it is not tried at every batch")
	wait(19 * time.Second)
	assert.False(t, c.Due(train.EpochEnd), "nor at every epoch")
}
