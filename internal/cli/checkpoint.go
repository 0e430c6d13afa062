package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/spf13/pflag"

	"ridge/bcd/train"
	"ridge/internal/checkpoint"
	"ridge/internal/files"
)

// keepFlags say what is kept of a training: its states, in a folder, and which epoch's network.
type keepFlags struct {
	dir       string
	every     time.Duration
	resume    bool
	earlyStop int      // 0: never
	made      []string // folders that were made for it, the innermost first
}

// groupCheckpoints is the title of their group in the help.
const groupCheckpoints = "Checkpoints"

func (c *keepFlags) define(flags *pflag.FlagSet) {
	define(flags, &c.dir, "checkpoint", "DIR", "",
		"save the state of the training in a folder: at the end of epochs, every --checkpoint-every, and when a "+
			"signal ends the training (SIGUSR1 saves one and goes on); the last two states are kept, and so is what "+
			"the choice before the training finds",
		parseFolder)
	define(flags, &c.every, "checkpoint-every", "TIME", "60s",
		"how much of a training may be lost if the process or the machine dies: 30s, 5m, 1h; of the choice before "+
			"it, also the trainings that are under way", parseDuration)
	define(flags, &c.resume, "resume", "", "false",
		"continue from the last state in the folder of --checkpoint, to the same bits as without the interruption, "+
			"or from the beginning if there is none. All else on the command line must be as it was, except "+
			"--workers, --checkpoint-every and the files to write. A training that --early-stop has ended goes on "+
			"with a larger one or none; one in full batches with more --iterations, unless it has ended within "+
			"--tolerance; and one by a gradient solver whose rate does not depend on the number of epochs with more "+
			"--epochs",
		parseBoolean).NoOptDefVal = "true"
	group(flags, groupCheckpoints)
}

func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, want(text, "a time above 0 and below 292 years, such as 30s, 5m or 1h")
	}
	return d, nil
}

// check opens the folder. It may hold states only if they are to be used.
func (c *keepFlags) check(set *pflag.FlagSet) error {
	if c.dir == "" {
		for _, name := range []string{"resume", "checkpoint-every"} {
			if set.Changed(name) {
				return usagef("--%s: there are no states without --checkpoint DIR", name)
			}
		}
		return nil
	}
	c.made = missingFolders(c.dir)
	folder, err := checkpoint.OpenFolder(c.dir)
	if err != nil {
		return fmt.Errorf("--checkpoint %s: %w", c.dir, reason(err))
	}
	if !c.resume && !folder.Empty() {
		holder, err := folder.Lock()
		if holder != nil {
			return c.heldBy(holder)
		}
		if err == nil {
			_ = folder.Close() // we have nothing in it but the lock
		}
		return c.hasStates()
	}
	return nil
}

// hasStates is the error of a folder with states that are not to be used.
func (c *keepFlags) hasStates() error {
	return usagef(
		"--checkpoint %s: it has states of a training: --resume continues that one, another training needs "+
			"another folder", c.dir)
}

// heldBy is the error of a folder that another training uses.
func (c *keepFlags) heldBy(holder *files.Holder) error {
	return fmt.Errorf("--checkpoint %s: %v trains with it", c.dir, holder)
}

// keeper keeps a training from being lost, if that is asked for.
type keeper struct {
	train.Checkpoints
	*speaker
	flags   *keepFlags
	given   []checkpoint.Setting // the flags that decide what is trained, as they were given
	recipe  train.Recipe
	folder  *checkpoint.Folder // nil: nothing is kept
	clock   *checkpoint.Clock
	last    *checkpoint.State // that there is to go on from; nil: none
	state   *os.File          // that file
	warned  string            // the last warning, until a state could be saved
	stopped bool              // a state was saved when the training was cancelled
	lacking []string          // what the choice leaves out for lack of memory
}

// newKeeper returns the keeper of a training, which has locked its folder.
func newKeeper(c *keepFlags, given []checkpoint.Setting, s *speaker) (*keeper, error) {
	k := &keeper{flags: c, given: given, clock: checkpoint.NewClock(c.every), speaker: s}
	if c.dir == "" {
		return k, nil
	}
	var err error
	if k.folder, err = checkpoint.OpenFolder(c.dir); err != nil {
		return nil, fmt.Errorf("--checkpoint %s: %w", c.dir, reason(err))
	}
	switch holder, err := k.folder.Lock(); {
	case err != nil:
		return nil, fmt.Errorf("--checkpoint %s: %w", c.dir, reason(err))
	case holder != nil:
		return nil, c.heldBy(holder)
	case !c.resume && !k.folder.Empty(): // they are of a training that began and ended since check
		k.close()
		return nil, c.hasStates()
	}
	if err := k.findLast(); err != nil {
		k.close()
		return nil, err
	}
	return k, nil
}

// findLast finds the state to go on from, if the training is resumed. States that can't be used are refused here: a
// choice would take hours, and its file replace that of the choice that belongs to them.
func (k *keeper) findLast() (err error) {
	if !k.flags.resume {
		return nil
	}
	if k.last, err = k.folder.Last(); err == nil {
		return nil
	}
	if !errors.As(err, new(*checkpoint.DamagedError)) {
		return fmt.Errorf("--resume: %w: a file that can't be read may be a good one; if it never can be, remove it, "+
			"and the training continues from the state before it", err)
	}
	why := "are damaged"
	if everyJoined(err, isOtherVersion) {
		why = "are of another version of this program, which may go on from them"
	}
	return fmt.Errorf("--resume: all states in %s %s; to begin anew, name another folder or remove them\n%w",
		k.flags.dir, why, err)
}

// isOtherVersion reports whether a file is a state of another version of the program.
func isOtherVersion(err error) bool {
	e, ok := err.(*train.StateError)
	return ok && e.OtherVersion
}

// keeps reports whether anything is kept.
func (k *keeper) keeps() bool { return k.folder != nil }

// begin prepares for the training, and opens the state to go on from.
func (k *keeper) begin(r train.Recipe, identify func() checkpoint.Identity) error {
	if !k.keeps() {
		return nil
	}
	id, about, err := k.identified(identify)
	if err != nil {
		return err
	}
	k.About, k.recipe, k.Due, k.Save = about, r, k.due, k.save
	if !k.flags.resume {
		return nil
	}
	return k.open(id)
}

// identified is what tells a training, or the choice before it, from others, and how a file says so.
func (k *keeper) identified(identify func() checkpoint.Identity) (id checkpoint.Identity, about []byte, err error) {
	id = identify()
	id.Flags = k.given
	about, err = id.Encode()
	return id, about, err
}

// open opens the state to go on from, which must be of this training.
func (k *keeper) open(id checkpoint.Identity) error {
	last := k.last
	if last == nil {
		k.note("--resume: %s has no epoch of the training yet: it starts with the first one", k.flags.dir)
		return nil
	}
	for _, err := range last.Newer {
		k.warn("%v: continuing from the state before it", err)
	}
	theirs, err := id.Compare(last.About)
	if err != nil {
		return k.refuse(last.Path, err, theirs, id)
	}
	if version := otherVersion(theirs, id, last.Path, ""); version != "" {
		k.warn("%s: the bits may differ from those of an uninterrupted training", version)
	}
	if k.state, err = os.Open(last.Path); err != nil {
		return err
	}
	k.Resume = k.state
	k.note("continuing from %s", last.Path)
	return nil
}

// close releases the folder. One that was made for nothing is removed.
func (k *keeper) close() {
	if !k.keeps() {
		return
	}
	k.closeState()
	_ = k.folder.Close() // the lock ends with the process in any case
	if k.folder.Empty() {
		for _, dir := range k.flags.made {
			_ = os.Remove(dir) // it stays if there is anything in it
		}
	}
}

// closeState closes the state to go on from, which has been read. It will be removed, and would take its place on the
// disk for as long as it is open.
func (k *keeper) closeState() {
	if k.state != nil {
		_ = k.state.Close() // it was only read
		k.state = nil
	}
}

// checkpoints returns what the trainer needs, nil if nothing is kept.
func (k *keeper) checkpoints() *train.Checkpoints {
	if !k.keeps() {
		return nil
	}
	return &k.Checkpoints
}

func (k *keeper) due(at train.Moment) bool {
	k.stopped = false
	due := k.clock.Due(at)
	k.stopped = due && at == train.Cancelled
	return due
}

// save saves a state. A failure to save does not end the training.
func (k *keeper) save(write func(io.Writer) error) error {
	k.saving(func() error { return k.folder.Save(write) })
	return nil
}

// saving runs save, and reports whether it succeeded. If not, it warns, but not again and again of the same.
func (k *keeper) saving(save func() error) bool {
	err := k.clock.Saving(save)
	if err == nil {
		k.warned = ""
		return true
	}
	k.stopped = false
	warning := fmt.Sprintf("--checkpoint %s: %s", k.flags.dir, notSaved(err))
	if warning != k.warned {
		k.warn("%s", warning)
	}
	k.warned = warning
	return false
}

// watchRequests saves a state whenever the process receives SIGUSR1, on systems with that signal,
// until the returned function is called. If nothing is kept it tells the user so: otherwise nobody would know that the
// signal was in vain.
func (k *keeper) watchRequests() (end func()) {
	requests := make(chan os.Signal, 1)
	ctx, cancel := context.WithCancel(context.Background())
	if requestSignal != nil {
		signal.Notify(requests, requestSignal)
	}
	go func() {
		for {
			select {
			case <-requests:
				if !k.keeps() {
					k.note("%v asks for a state of the training, and there is no --checkpoint", requestSignal)
				} else {
					k.clock.Ask()
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() {
		signal.Stop(requests)
		cancel()
	}
}

// interrupted reports whether a signal ended the training.
func interrupted(err error) bool { return errors.Is(err, context.Canceled) }
