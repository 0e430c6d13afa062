package fit

import (
	"fmt"
	"math"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// coarseShare is the part of a column's deviation below which the distance of float32 numbers does not matter.
const coarseShare = 0.001

// roundingNotes name the columns that rounding to float32 has made coarse: those of times in seconds, or of long
// numbers of things.
func roundingNotes(in *columns.Inputs, t *table.Table, stats []stat) []string {
	var labels []string
	for j, c := range in.Columns {
		s, r := &stats[j], t.Inputs[j].Rounding
		if c.Kind == columns.Number && r.Inexact != 0 &&
			table.Step(math.Max(-s.least, s.most)) > coarseShare*s.deviation {
			labels = append(labels, fmt.Sprintf("%s (%s)", table.Label(table.Position(j, t.At), c.Name), r.Example()))
		}
	}
	if labels == nil {
		return nil
	}
	return []string{fmt.Sprintf(
		"columns with numbers of more than the 24 bits that are kept of each (float32): %s: if the last digits "+
			"matter, write what the numbers differ by, such as each less the smallest one",
		words.List(labels, mostListed))}
}
