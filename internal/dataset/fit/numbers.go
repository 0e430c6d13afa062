package fit

import (
	"cmp"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// Numbers makes a table's targets what a regression predicts: texts that are numbers, such as the names of folders of
// images, become these numbers in the table. Any other text, or another number of targets than o has, is a
// *source.FormatError, after which the table is of no use.
func Numbers(o *columns.Outputs, t *table.Table) error {
	n := len(t.Targets)
	if n != len(o.Targets) {
		return source.Bad(cmp.Or(t.TargetSource, t.Source), "it has %s, want %d", words.Counted(n, "target"),
			len(o.Targets))
	}
	for k := range t.Targets {
		c := &t.Targets[k]
		if c.Kind != table.Text {
			continue
		}
		for i := k; i < len(t.Values); i += n {
			text := c.Levels[int(t.Values[i])]
			v, ok := columns.ParseNumber(text)
			if !ok {
				return bad(o, t, k, "a regression predicts numbers, and %q is none", text)
			}
			t.Values[i] = v
		}
		c.Kind, c.Levels = table.Number, nil
	}
	return nil
}
