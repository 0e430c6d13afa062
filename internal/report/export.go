package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"ridge/internal/memory"
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
	t := newFacts(colour)
	t.AppendRows([]table.Row{
		{"model", e.Model},
		{"network", widths(e.Network)},
		{"inputs", some(e.Inputs)},
		{"outputs", some(e.Outputs)},
		{"saved", fmt.Sprintf("%s (%s, %s)", e.File, e.Format, memory.Bytes(e.Bytes))},
	})
	return render(w, t)
}

// some are texts, the first ones if there are many.
func some(texts []string) string {
	const most = 8
	if more := len(texts) - most; more > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(texts[:most], ", "), more)
	}
	return strings.Join(texts, ", ")
}
