package report

import (
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"

	"ridge/internal/memory"
	"ridge/internal/words"
)

// Export is a network that was written for other programs.
type Export struct {
	Model           string // the file that it was read from
	Network         []int  // the widths of all layers, input to output
	File, Format    string // what was written
	Bytes           int64
	Inputs, Outputs []string // of the model that was written
}

// WriteTable writes it for people to read.
func (e *Export) WriteTable(w io.Writer, colour bool) error {
	const most = 8 // inputs or outputs that are named
	t := newFacts(colour)
	t.AppendRows([]table.Row{
		{"model", e.Model},
		{"network", widths(e.Network)},
		{"inputs", words.List(e.Inputs, most)},
		{"outputs", words.List(e.Outputs, most)},
		{"saved", fmt.Sprintf("%s (%s, %s)", e.File, e.Format, memory.Bytes(e.Bytes))},
	})
	return render(w, t)
}
