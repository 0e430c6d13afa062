package cli

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"ridge/bcd/train"
	"ridge/internal/report"
)

// live shows a training while it is under way: each epoch adds its lines to the table and to the CSV. Whatever kills
// the process, what was written until then is there, and complete except for the last line.
type live struct {
	run   *report.Run
	line  *progress
	table *report.TraceTable
	trace train.Trace
	csv   csvStream
	err   error // of the first line that could not be written
}

// newLive returns a live for a run that has not begun, and shows what was chosen before it.
func newLive(cmd *cobra.Command, f *trainFlags, r *report.Run, line *progress) *live {
	w := tableStream(cmd, f)
	l := &live{
		run: r, line: line, table: r.TraceTable(w, colourful(w)),
		csv: csvStream{output: f.csv, ctx: cmd.Context(), stdout: cmd.OutOrStdout()},
	}
	l.note(r.WriteChoice(w, colourful(w)))
	return l
}

// tableStream is where the table goes: standard error if a result goes to standard output.
func tableStream(cmd *cobra.Command, f *trainFlags) io.Writer {
	for _, o := range []output{f.json, f.csv, f.save, f.report} {
		if o.path == standardOutput {
			return cmd.ErrOrStderr()
		}
	}
	return cmd.OutOrStdout()
}

// add shows an epoch that has just ended, or those before the training went on.
func (l *live) add(trace train.Trace) {
	l.trace = append(l.trace, trace...)
	l.line.aside(func() {
		for _, e := range trace {
			l.note(l.table.Add(e))
		}
		l.note(l.csv.add(l.run.TraceCSV(l.trace), l.trace))
	})
}

// end shows the last epoch, if it has not been shown, and an empty line.
func (l *live) end() error {
	l.note(l.table.End())
	return errors.Join(l.err, l.csv.close())
}

func (l *live) note(err error) {
	if l.err == nil {
		l.err = err
	}
}
