package report

import (
	"fmt"
	"strings"
	"time"

	"ridge/internal/words"
)

// Source names the commit of the program: "commit 4f5e8655439a with uncommitted changes".
func (o *Origin) Source() string {
	const short = 12 // digits that tell commits apart
	text := "unknown commit"
	if o.Commit != "" {
		text = "commit " + o.Commit[:min(short, len(o.Commit))]
	}
	if o.Modified {
		text += " with uncommitted changes"
	}
	return text
}

// fact says what made the runs: "commit 4f5e8655439a, 805 runs of bcd and adam, on
// 2026-11-23, AMD EPYC". The solvers are not listed if they are all.
func (o *Origin) fact(all []string) string {
	text := o.Source() + ", " + words.Counted(o.Runs, "run")
	if len(o.Solvers) < len(all) {
		text += " of " + words.And(o.Solvers, len(o.Solvers))
	}
	if !o.First.IsZero() {
		first, last := o.First.Format(time.DateOnly), o.Last.Format(time.DateOnly)
		text += ", " + first
		if last != first {
			text += " to " + last
		}
	}
	if o.CPU != "" {
		text += ", " + o.CPU
	}
	return text
}

// writeOrigins names the commits and the command of the runs.
func (c *Comparison) writeOrigins(b *strings.Builder) {
	if len(c.Origins) > 0 {
		b.WriteString("\nAll tables and pictures of this section are made from the same runs:\n\n")
		for _, o := range c.Origins {
			item := Wrap(markdown(o.fact(c.Solvers)), proseWidth-2)
			fmt.Fprintf(b, "- %s\n", strings.ReplaceAll(item, "\n", "\n  "))
		}
	}
	if c.Command != "" {
		fmt.Fprintf(b, "\nThe command:\n\n%s", fenced("sh", OneLine(c.Command)))
	}
}
