package cli

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ridge/internal/dataset"
	"ridge/internal/dataset/table"
	"ridge/internal/report"
	"ridge/internal/words"
)

// originKey is the key in the metadata of a model for the file that train divided: a [dataset.TrainingRows].
const originKey = "samples"

// origin is the metadata that let a model know that file again; nil if it has a test part of its own.
func (t *training) origin() map[string]string {
	o := t.set.Origin(t.plan.seed, t.samples.once.Len())
	if o == nil {
		return nil
	}
	o.Weight = t.flags.weights.String()
	return map[string]string{originKey: o.String()}
}

// The values of --part of predict, which looks at no labels, and of eval.
var (
	partsOfSets  = []string{"test", "train"}
	partsOfFiles = []string{"test", "train", "validation", "unused", report.WholeFile}
)

// What --part is about in these commands.
const (
	partUsage     = "which samples to take of a set that has a test part: test or train"
	evalPartUsage = "which samples are judged: test or train of a set that has a test part; test, validation, train, " +
		"unused (those beyond --limit, or added to the file since) or all of the file that train divided; if that " +
		"has no test samples, the default is the first of unused, validation and train that is not empty"
)

// parsePart parses one of these names.
func parsePart(names []string) func(string) (string, error) {
	return func(text string) (string, error) {
		if !slices.Contains(names, text) {
			return "", want(text, words.Or(names))
		}
		return text, nil
	}
}

// recognize finds out if samples with labels or numbers are those of the file that the training divided, what it did
// with them, and of which part the answers shall be; of other samples, how many have trained the network.
func (q *question) recognize(cmd *cobra.Command, f *modelFlags, origin string, samples dataset.Samples) error {
	o, err := dataset.ParseOrigin(origin)
	if err != nil { // of an older program, or of another one that calls something else so
		o = &dataset.TrainingRows{Rows: math.MaxInt}
	}
	if q.numbers() {
		samples.Targets = q.outputs.Standardize(samples.Targets)
	}
	hashes := samples.RowHashes()
	used, shuffled := o.Recognize(hashes, samples.Labels)
	if used == nil {
		note := q.knownNote(o, hashes)
		if shuffled {
			note = fmt.Sprintf(
				"%s has the rows that %s was trained on, but in another order: which of them were held out can't be "+
					"told; most have trained the network, so the errors are too low; take the file as it was in the "+
					"training", q.dataset, q.model)
		}
		if note != "" {
			q.say.note("%s", note)
		}
		return nil
	}
	if q.weights, err = weightedBy(o.Weight, q, used); err != nil {
		return err
	}
	for _, s := range []usedRows{{"test", used.Test}, {"unused", used.Unused}, {"validation", used.Validation},
		{"train", used.Train}} {
		if len(s.rows) > 0 {
			q.parts = append(q.parts, s)
		}
	}
	q.part = f.part
	if !cmd.Flags().Changed("part") {
		q.part = q.parts[0].part
	}
	if q.part != report.WholeFile && q.rows() == nil {
		return usagef("--part %s: the training has no such samples of %s, but %s", q.part, q.dataset, q.division())
	}
	q.say.note("%s", q.partNote())
	return nil
}

// knownNote says how many rows of a file that is not the one of the training have trained the network nevertheless, or
// that this can't be told; "" if there are few.
func (q *question) knownNote(o *dataset.TrainingRows, hashes []uint64) string {
	if o.Sketch == nil {
		return fmt.Sprintf("whether rows of %s have trained %s can't be told: its file does not say which did",
			q.dataset, q.model)
	}
	switch k := o.Sketch.Known(hashes); {
	case k.Many && k.Of == len(hashes):
		return fmt.Sprintf("%s of %s rows of %s are the same as rows that have trained %s, in all columns: their "+
			"errors are too low; leave them out", words.Group(k.Trained), words.Group(k.Of), q.dataset, q.model)
	case k.Many:
		return fmt.Sprintf("about %d %% of the rows of %s are the same as rows that have trained %s, in all columns "+
			"(%s of the %s that can be told): their errors are too low; leave them out",
			(200*k.Trained+k.Of)/(2*k.Of), q.dataset, q.model, words.Group(k.Trained), words.Group(k.Of))
	case k.Few:
		return fmt.Sprintf("%s has too few rows to tell whether they have trained %s", q.dataset, q.model)
	}
	return ""
}

// division says what the training did with how many samples.
func (q *question) division() string {
	var list []string
	for _, s := range q.parts {
		list = append(list, fmt.Sprintf("%s %s", words.Group(len(s.rows)), s.part))
	}
	return strings.Join(list, ", ") + " samples"
}

// partNote says which samples are judged.
func (q *question) partNote() string {
	if len(q.parts) == 1 && q.parts[0].part == "train" {
		return fmt.Sprintf("%s has trained %s: other samples tend to have larger errors", q.dataset, q.model)
	}
	which := fmt.Sprintf("the %s samples are judged", q.part)
	if q.part == report.WholeFile {
		which = "all are judged"
	}
	return fmt.Sprintf("%s was divided by the training of %s, into %s: %s (--part takes others)",
		q.dataset, q.model, q.division(), which)
}

// rows are those of the samples that are judged; nil for all.
func (q *question) rows() []int {
	for _, s := range q.parts {
		if s.part == q.part {
			return s.rows
		}
	}
	return nil
}

// others are the parts whose errors are reported besides that of the part.
func (q *question) others() []usedRows {
	return slices.DeleteFunc(slices.Clone(q.parts), func(s usedRows) bool { return s.part == q.part })
}

// pick are the elements of these rows; all if rows is nil.
func pick[T any](all []T, rows []int) []T {
	if rows == nil {
		return all
	}
	return table.Pick(all, rows)
}

// mistakes counts the errors of a part.
func (s usedRows) mistakes(labels, answers []int, j validationWeights) report.PartError {
	e := report.PartError{Part: s.part, Samples: len(s.rows), Weighted: j.errorOf(s, labels, answers)}
	for _, i := range s.rows {
		if labels[i] != answers[i] {
			e.Wrong++
		}
	}
	return e
}
