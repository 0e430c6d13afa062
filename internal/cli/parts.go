package cli

import (
	"fmt"
	"slices"

	"ridge/internal/dataset"
	"ridge/internal/report"
	"ridge/internal/words"
)

// parts are the samples of a data set by what the trainer does with them.
type parts struct {
	train, validation, test dataset.Samples
	once                    dataset.Samples // for training, without what --weight repeats
	copies                  []int           // that train has of each of these; nil: one
	judged                  []float64       // the weights of the validation samples; nil: all the same
}

// warnings say which classes are missing in a part.
func (p *parts) warnings(set *dataset.Set) (list []string) {
	if names := absent(p.train, set.Classes); names != "" {
		list = append(list,
			"no training sample of class "+names+
				" is left, as the others are held out or beyond --limit: the network can't learn it")
	}
	for _, part := range []struct {
		name    string
		samples dataset.Samples
	}{{"validation", p.validation}, {"test", p.test}} {
		if part.samples.Len() == 0 {
			continue
		}
		if names := absent(part.samples, set.Classes); names != "" {
			list = append(list,
				fmt.Sprintf("there is no %s sample of class %s: the %[1]s error says nothing about it",
					part.name, names))
		}
	}
	return list
}

// leftOut is a note about classes of which a comparison or a search has no sample; empty if there are none.
func leftOut(names string) []string {
	if names == "" {
		return nil
	}
	return []string{"there is no training sample of class " + names + ": no network can learn it"}
}

// few is the number of samples below which the standard error of a recall is up to a quarter, and more.
const few = 5

// scarce warns of classes of which there are some test samples, but few, where a training reports their recalls.
func (p *parts) scarce(r *report.Run) []string {
	const most = 10
	if !r.Lopsided() {
		return nil
	}
	var names []string
	for i, n := range p.test.Counts(r.Classes) {
		if 0 < n && n < few {
			names = append(names, fmt.Sprintf("%s (%d)", words.Quote(r.Names[i]), n))
		}
	}
	if names == nil {
		return nil
	}
	hint := ""
	if r.Drawn {
		hint = "; a larger --split has more"
	}
	return []string{fmt.Sprintf(
		"there are fewer than %d test samples of class %s: how many of these are right is mostly chance%s",
		few, words.List(names, most), hint)}
}

// absent names the classes of which there is no sample, the first ones if there are many.
func absent(s dataset.Samples, classes []string) string {
	const most = 10
	var names []string
	for i, n := range s.Counts(len(classes)) {
		if n == 0 {
			names = append(names, classes[i])
		}
	}
	return words.Names(names, most)
}

// largestClass is the class with the most samples, the first one of several.
func largestClass(s dataset.Samples, classes []string) report.Largest {
	if len(s.Labels) == 0 {
		return report.Largest{}
	}
	counts := s.Counts(len(classes))
	most := slices.Max(counts)
	return report.Largest{Class: classes[slices.Index(counts, most)], Count: most}
}
