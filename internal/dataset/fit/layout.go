package fit

import (
	"slices"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// Layout is what another file of the same data must look like.
func Layout(d *columns.Description) *table.Layout {
	l := &table.Layout{At: slices.Clone(d.Outputs.At), DecimalComma: d.Inputs.DecimalComma,
		Shape: d.Inputs.Shape, Arrays: d.Outputs.Arrays}
	for _, c := range d.Inputs.Columns {
		kind := map[columns.Kind]table.Kind{columns.Number: table.Number, columns.Levels: table.Text,
			columns.Dropped: table.Ignored}[c.Kind]
		l.Inputs = append(l.Inputs,
			table.LayoutColumn{Name: c.Name, Kind: kind, Levels: c.Levels, Thousands: c.Thousands})
	}
	for _, t := range d.Outputs.Targets {
		kind := table.Number
		if d.Outputs.Task == columns.Classes && !d.Outputs.Numeric {
			kind = table.Text
		}
		l.Targets = append(l.Targets, table.LayoutColumn{Name: t.Name, Kind: kind, Thousands: t.Thousands})
	}
	return l
}
