package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"ridge/bcd/train"
	"ridge/internal/checkpoint"
	"ridge/internal/lambda"
)

// choiceRecord is what is known of the choice before a training, which is kept where states are, if anything is.
type choiceRecord struct {
	lambda.Record
	keeper *keeper
	about  []byte
	saved  int // trainings
}

// newChoiceRecord returns what is known already, if the training is resumed. identify says what the choice depends on.
func newChoiceRecord(k *keeper, r train.Recipe, identify func() checkpoint.Identity) (*choiceRecord, error) {
	c := &choiceRecord{keeper: k}
	if !k.keeps() {
		return c, nil
	}
	k.recipe = r
	id, about, err := k.identified(identify)
	c.about = about
	if err != nil || !k.flags.resume {
		return c, err
	}
	return c, c.open(id)
}

// open reads what is known. If that is damaged, or of another version of the program, whose defaults may be others, the
// choice is made anew.
func (c *choiceRecord) open(id checkpoint.Identity) error {
	const anew = "the choice before the training is made anew"
	known, err := c.keeper.folder.Choice()
	if errors.As(err, new(*checkpoint.DamagedError)) {
		c.keeper.warn("%v: %s", err, anew)
		return nil
	}
	if err != nil {
		return fmt.Errorf("--resume: %w: a file that can't be read may be a good one; if it never can be, remove it, "+
			"and the choice before the training is made anew", err)
	}
	if known == nil {
		return nil
	}
	theirs, err := id.Compare(known.About)
	if err != nil {
		return c.keeper.refuse(known.Path, err, theirs, id)
	}
	if version := otherVersion(theirs, id, known.Path, ""); version != "" {
		c.keeper.note("%s: %s", version, anew)
		return nil
	}
	if err := c.read(known.Path); err != nil {
		c.Record = lambda.Record{}
		c.keeper.warn("%s: %v: %s", known.Path, err, anew)
		return nil
	}
	if c.saved = c.Len(); c.saved > 0 {
		c.keeper.note("%s has %d trainings of the choice, which are not repeated", known.Path, c.saved)
	}
	return nil
}

func (c *choiceRecord) read(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return train.ReadState(file, c.State)
}

// trained saves what is known after a training of the choice, if it is time.
func (c *choiceRecord) trained() {
	if c.keeper.keeps() && c.keeper.clock.Due(train.EpochEnd) {
		c.save()
	}
}

// end saves what is known when the choice has ended, in whichever way.
func (c *choiceRecord) end() {
	if !c.keeper.keeps() || c.Len() == 0 {
		return
	}
	c.save()
	c.keeper.stopped = c.saved == c.Len()
}

// save saves what is known, if there is more than before.
func (c *choiceRecord) save() {
	n := c.Len()
	if n > c.saved && c.keeper.saving(func() error { return c.keeper.folder.SaveChoice(c.write) }) {
		c.saved = n
	}
}

func (c *choiceRecord) write(w io.Writer) error { return train.WriteState(w, c.about, c.State) }
