package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ridge/internal/dataset"
	"ridge/internal/dataset/table"
	"ridge/internal/report"
	"ridge/internal/words"
)

// originKey is the key in the metadata of a model for the file that train divided: a [dataset.Origin].
const originKey = "samples"

// origin is the metadata that let a model know that file again; nil if it has a test part of its own.
func origin(f *trainFlags, set *dataset.Set, p parts) map[string]string {
	o := set.Origin(f.seed, p.once.Len())
	if o == nil {
		return nil
	}
	return map[string]string{originKey: o.String()}
}

// usedRows are the rows of a file that a training used for the same purpose.
type usedRows struct {
	part string
	rows []int
}

// The values of --part of predict, which looks at no labels, and of eval.
var (
	partsOfSets  = []string{"test", "train"}
	partsOfFiles = []string{"test", "train", "validation", "unused", "all"}
)

// What --part is about in these commands.
const (
	partUsage     = "which samples to take of a set that has a test part: test or train"
	evalPartUsage = partUsage + "; also of the file that train divided, of which it is test, train, validation, " +
		"unused (beyond --limit, or added to the file since) or all; without test samples the default is the first " +
		"of unused, validation and train that there are"
)

// parsePart parses one of these names.
func parsePart(names []string) func(string) (string, error) {
	return func(text string) (string, error) {
		if !slices.Contains(names, text) {
			return "", want(text, strings.Join(names[:len(names)-1], ", ")+" or "+names[len(names)-1])
		}
		return text, nil
	}
}

// recognize finds out if samples with labels or numbers are those of the file that the training divided, what it did
// with them, and of which part the answers shall be.
func (q *question) recognize(cmd *cobra.Command, f *modelFlags, origin string, samples dataset.Samples) error {
	o, err := dataset.ParseOrigin(origin)
	if err != nil {
		return nil // of an older program, or of another one that calls something else so
	}
	if q.numbers() {
		samples.Targets = q.outputs.Standardize(samples.Targets)
	}
	used, shuffled := o.Recognize(samples)
	if shuffled {
		tell(cmd.ErrOrStderr(), []string{fmt.Sprintf(
			"%s has the rows that %s was trained on, but in another order: which of them were held out can't be told; "+
				"most have trained the network, so the errors are too low; take the file as it was in the training",
			q.dataset, q.model)})
	}
	if used == nil {
		return nil
	}
	for _, s := range []usedRows{{"test", used.Test}, {"unused", used.Unused}, {"validation", used.Validation},
		{"train", used.Train}} {
		if len(s.rows) > 0 {
			q.uses = append(q.uses, s)
		}
	}
	q.part = f.part
	if !cmd.Flags().Changed("part") {
		q.part = q.uses[0].part
	}
	if q.part != "all" && q.rows() == nil {
		return usagef("--part %s: the training has no such samples of %s, but %s", q.part, q.dataset, q.division())
	}
	tell(cmd.ErrOrStderr(), []string{q.partNote()})
	return nil
}

// division says what the training did with how many samples.
func (q *question) division() string {
	var list []string
	for _, s := range q.uses {
		list = append(list, fmt.Sprintf("%s %s", words.Group(len(s.rows)), s.part))
	}
	return words.List(list, len(list)) + " samples"
}

// partNote says which samples are judged.
func (q *question) partNote() string {
	if len(q.uses) == 1 && q.uses[0].part == "train" {
		return fmt.Sprintf("%s has trained %s: other samples tend to have larger errors", q.dataset, q.model)
	}
	which := fmt.Sprintf("the %s samples are judged", q.part)
	if q.part == "all" {
		which = "all are judged"
	}
	return fmt.Sprintf("%s was divided by the training of %s, into %s: %s (--part takes others)",
		q.dataset, q.model, q.division(), which)
}

// rows are those of the samples that are judged; nil for all.
func (q *question) rows() []int {
	for _, s := range q.uses {
		if s.part == q.part {
			return s.rows
		}
	}
	return nil
}

// others are the parts whose errors are reported besides that of the part.
func (q *question) others() []usedRows {
	return slices.DeleteFunc(slices.Clone(q.uses), func(s usedRows) bool { return s.part == q.part })
}

// pick are the elements of these rows; all if rows is nil.
func pick[T any](all []T, rows []int) []T {
	if rows == nil {
		return all
	}
	return table.Pick(all, rows)
}

// mistakes counts the errors of a part.
func (s usedRows) mistakes(labels, answers []int) report.PartError {
	e := report.PartError{Part: s.part, Samples: len(s.rows)}
	for _, i := range s.rows {
		if labels[i] != answers[i] {
			e.Wrong++
		}
	}
	return e
}
