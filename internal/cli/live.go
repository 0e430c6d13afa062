package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"ridge/bcd/train"
	"ridge/internal/files"
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
	for _, o := range []output{f.json, f.csv} {
		if o.path == standardOutput {
			return cmd.ErrOrStderr()
		}
	}
	return cmd.OutOrStdout()
}

// resumed shows the epochs before the training went on.
func (l *live) resumed(trace train.Trace) {
	l.trace = append(l.trace, trace...)
	l.line.aside(func() {
		for _, s := range trace {
			l.note(l.table.Add(s))
		}
		l.note(l.csv.add(l.run.TraceCSV(l.trace), l.trace))
	})
}

// epoch shows one that has just ended.
func (l *live) epoch(s train.Step) {
	l.trace = append(l.trace, s)
	l.line.aside(func() {
		l.note(l.table.Add(s))
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

// csvStream writes a trace to standard output, a file or a pipe, a line at a time.
type csvStream struct {
	output
	ctx      context.Context
	stdout   io.Writer
	begun    bool
	file     *os.File
	follower *follower // of what is written in place, such as a named pipe, which may have no reader yet
	broken   bool      // the file can't be written; it is tried again at the end
}

// add writes the last epoch of a trace, and those before if there is nothing yet.
func (c *csvStream) add(lines report.TraceCSV, trace train.Trace) error {
	if c.path == "" || c.broken || len(trace) == 0 {
		return nil
	}
	var text []byte
	if c.begun {
		text = lines.Line(trace[len(trace)-1])
	} else {
		text = lines.Header()
		for _, s := range trace {
			text = append(text, lines.Line(s)...)
		}
	}
	begun := c.begun
	c.begun = true
	if c.path == standardOutput {
		_, err := c.stdout.Write(text)
		return err
	}
	if !begun && c.inPlace() {
		c.follower = follow(c.ctx, c.path)
	}
	if c.follower != nil {
		c.follower.add(text)
		return nil
	}
	var err error
	if begun {
		_, err = c.file.Write(text)
	} else {
		err = c.begin(text)
	}
	c.broken = err != nil
	return nil
}

// begin replaces the file by a new one, to which lines are added.
func (c *csvStream) begin(content []byte) error {
	err := files.Write(c.path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
	if err == nil {
		c.file, err = os.OpenFile(c.path, os.O_WRONLY|os.O_APPEND, 0)
	}
	return err
}

// finish makes sure that the whole trace, which encode writes, is where it belongs, or else somewhere else.
func (c *csvStream) finish(encode func(io.Writer) error) error {
	if c.follower == nil {
		return c.keep(c.ctx, c.stdout, encode)
	}
	err := c.follower.close()
	if err == nil {
		return nil
	}
	switch {
	case isBrokenPipe(err): // unlike that of standard output, it must be reported
		err = errors.New("its reader went away")
	case errors.Is(err, context.Canceled):
		err = unreadError{}
	}
	return c.aside(fmt.Errorf("%s %s: %w", c.flag, c.path, reason(err)), encode)
}

func (c *csvStream) close() error {
	if c.file == nil {
		return nil
	}
	return c.file.Close()
}
