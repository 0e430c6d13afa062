package cli

import (
	"errors"
	"fmt"
	"strings"

	"ridge/internal/checkpoint"
	"ridge/internal/dataset"
)

// refuse is the error of a file of another training.
func (k *keeper) refuse(path string, err error, theirs, ours checkpoint.Identity) error {
	if e, ok := errors.AsType[*checkpoint.OtherTrainingError](err); ok && e.Differences[0].Name == checkpoint.Samples {
		if k.lacking != nil { // such as columns in pieces
			return fmt.Errorf("--resume: %s: %w%s", path, err, k.memoryAdvice())
		}
		return fmt.Errorf("--resume: %s: %w: what the files have in them has changed%s", path, err,
			otherVersion(theirs, ours, ", or what is made of it: the state", ""))
	}
	return fmt.Errorf("--resume: %s: %w%s%s%s", path, err, k.lengthAdvice(err),
		otherVersion(theirs, ours, "; the state", ", whose defaults may differ"), k.memoryAdvice())
}

// leaveOut says what the choice does not try, as the memory does not suffice.
func (k *keeper) leaveOut(what string, err error) {
	k.lacking = append(k.lacking, what)
	k.leftOut(what, err)
}

// tooLargeInPieces reports whether an error is that columns in pieces take too much memory, and says so to the user.
func (k *keeper) tooLargeInPieces(err error) bool {
	if !dataset.TooLarge(err) {
		return false
	}
	k.leaveOut("columns in pieces", err)
	return true
}

// memoryAdvice says what to do if there was more memory when the file of another choice was made; else it is empty.
func (k *keeper) memoryAdvice() string {
	if k.lacking == nil {
		return ""
	}
	return fmt.Sprintf("; the choice before this training leaves %s out, for lack of memory: with as much memory as "+
		"before it may go on", strings.Join(k.lacking, " and "))
}

// otherVersion says that a state, which before names, was saved by another version of the program; it is empty if it
// was not, or if the state does not say by which.
func otherVersion(theirs, ours checkpoint.Identity, before, after string) string {
	if theirs.Program == ours.Program || theirs.Settings == nil {
		return ""
	}
	return fmt.Sprintf("%s was saved by another version of this program (%s, this one is %s)%s",
		before, theirs.Program, ours.Program, after)
}

// lengthAdvice says what to do if the length is what tells this training from that of the state; else it is empty.
func (k *keeper) lengthAdvice(err error) string {
	e, ok := errors.AsType[*checkpoint.OtherTrainingError](err)
	if !ok || e.Differences[0].Name != rounds(k.recipe) {
		return ""
	}
	why := fmt.Sprintf("what an %s does depends on how many there are, so that this one can't go on from that",
		k.recipe.Method().Round)
	if k.recipe.Extends() {
		why = "it may have gone further, and can't go back"
	}
	return fmt.Sprintf(": %s: to train with %s %s from the beginning, give the same command another folder for "+
		"--checkpoint", why, e.Differences[0].Name, e.Differences[0].Our)
}

// overNote says that a training of so many rounds was over before it was resumed, and what makes it longer.
// idle is for how many of the last ones the validation error has not become smaller.
func (k *keeper) overNote(done, idle int) string {
	const anew = "begins anew, in another folder for --checkpoint"
	over, flag := fmt.Sprintf("the training in %s is over", k.flags.dir), rounds(k.recipe)
	switch {
	case done < k.recipe.Rounds() && k.flags.earlyStop > 0 && idle >= k.flags.earlyStop:
		return over + ", by --early-stop; it goes on with a larger one, or without it"
	case done < k.recipe.Rounds():
		return over + ", as it is within --tolerance; one with a smaller tolerance " + anew
	case k.recipe.Extends():
		return fmt.Sprintf("%s; it goes on with more %s", over, flag)
	}
	return fmt.Sprintf("%s; a longer one, with more %s, %s", over, flag, anew)
}

// notSaved says why nothing could be saved, and what follows.
func notSaved(err error) string {
	if taken, ok := errors.AsType[*checkpoint.TakenError](err); ok {
		return fmt.Sprintf("%v; the training continues, but as long as the folder is another training's, nothing of "+
			"this one is saved", taken)
	}
	return fmt.Sprintf("%v; the training continues, older states are kept, and the next one will be saved as planned: "+
		"make room, or make the folder writable", reason(err))
}

// advise says how to continue an interrupted training, if that is possible.
func (k *keeper) advise() {
	if k.stopped {
		k.line("the state is in %s: the same command with --resume goes on", k.flags.dir)
	}
}
