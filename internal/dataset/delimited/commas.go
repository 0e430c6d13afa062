package delimited

import (
	"fmt"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// commas is what is known of the decimal commas of a column of numbers.
type commas struct {
	thousand string // the first number that may have a separator of thousands in place of the comma: 1,234
	decimal  bool   // another number has a decimal comma for certain: 1,5
}

// add adds what comes later in the file.
func (c *commas) add(later commas) {
	if c.thousand == "" {
		c.thousand = later.thousand
	}
	c.decimal = c.decimal || later.decimal
}

// seeComma notes how a number of column k is written, where fractions have a decimal comma.
func (p *plan) seeComma(out *piece, k int, field string) {
	if p.decimal != ',' {
		return
	}
	at := strings.IndexByte(field, ',')
	if at < 0 {
		return
	}
	seen := &out.col(k).commas
	switch {
	case !mayBeThousand(field, at):
		seen.decimal = true
	case seen.thousand == "":
		seen.thousand = field
	}
}

// mayBeThousand reports whether a number with a comma at a place has one to three digits before it, which do not begin
// with a zero, and three after it.
func mayBeThousand(field string, at int) bool {
	before, after := strings.TrimLeft(field[:at], "+-"), field[at+1:]
	return len(before) >= 1 && len(before) <= 3 && before[0] != '0' && len(after) == 3 &&
		strings.Trim(after, "0123456789") == ""
}

// thousandsWarnings are about columns all of whose commas may separate thousands.
func (c *collector) thousandsWarnings() []string {
	const most = 5
	var labels []string
	example := ""
	for k, s := range c.state {
		if s.commas.thousand == "" || s.commas.decimal {
			continue
		}
		if labels = append(labels, c.cols[k].label()); example == "" {
			example = s.commas.thousand
		}
	}
	if labels == nil {
		return nil
	}
	return []string{fmt.Sprintf(
		"%s: %s: %s is read as %s, with a decimal comma, but the comma might separate thousands, as each number with "+
			"a comma has three digits after it: write thousands without separators (%s), or decimals with a point in "+
			"all columns (%[4]s)",
		c.file, table.Columns(labels, most), example, columns.WithPoint(example), strings.Replace(example, ",", "", 1))}
}
