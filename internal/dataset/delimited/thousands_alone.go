package delimited

import (
	"fmt"
	"strings"

	"ridge/internal/dataset/table"
)

// fewPointed is how many numbers with just three digits after the point may be so by chance, where others have none
// because decimals that are 0 are not written: of that many a tenth would have less than three.
const fewPointed = 50

// aloneWithPoints follows whether the points in the numbers of a field may separate thousands for all that the field
// itself shows: each has three digits behind it, and no number without one has more than three.
type aloneWithPoints struct {
	pointed, whole int // numbers with a point, and without
	refuted        bool
	example        string
}

func (a *aloneWithPoints) add(f string) {
	at := strings.IndexByte(f, '.')
	switch {
	case f == "" || a.refuted || !isNumber(f):
	case at < 0:
		a.whole++
		a.refuted = len(strings.TrimLeft(f, "+-")) > 3
	case !mayBeThousand(f, at):
		a.refuted = true
	default:
		a.pointed++
		a.example = f
	}
}

// findPointsAlone makes p.alone a warning of columns of which nothing in these rows shows what their points are, but
// which have no thousands without one.
func (p *plan) findPointsAlone(rows [][]string) {
	p.alone = nil
	if p.decimal != '.' {
		return
	}
	seen := make([]aloneWithPoints, p.fields)
	for _, r := range rows {
		for j, f := range r[:min(len(r), p.fields)] {
			seen[j].add(f)
		}
	}
	var labels []string
	example := ""
	for j, a := range seen {
		if k := p.of[j]; !a.refuted && a.pointed >= fewPointed && a.whole > 0 && p.cols[k].thousands == "" {
			labels, example = append(labels, p.cols[k].label()), a.example
		}
	}
	if labels != nil {
		p.alone = []string{fmt.Sprintf(
			"%s: %s: %s is read with a decimal point, but the point might separate thousands, as each number with a "+
				"point has three digits after it, and no other has more than three: if so, write them without it (%s)",
			p.file, table.Columns(labels, mostLabels), example, strings.Replace(example, ".", "", 1))}
	}
}
