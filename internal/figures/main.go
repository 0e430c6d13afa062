// Command figures draws how training converges in full batches: from the traces that
// train --json writes, one picture of some panels side by side, with one line for each
// trace.
//
//	figures -out FILE.svg|FILE.png [-panels LIST] [-zoom N] [-table] LABEL=TRACE.json...
//
// The panels, in the order of the list, which is objective,error if it is not given:
//
//   - objective: after every block step; with -zoom, of the first N iterations only;
//   - stationarity: after every iteration, with the fitted R-linear rate ([bcd.Rate]);
//   - distance: how far the weights are from those after iteration 1;
//   - error: the test error after every iteration.
//
// -table prints the traces' numbers as a table in Markdown.
//
// The README's picture, docs/convergence.svg, compares the two objectives on the
// embedded digits, everything else being equal:
//
//	go run ./cmd/train --net 100 --loss squared --batch 0 --iterations 30 --json fenchel.json
//	go run ./cmd/train --net 100 --loss squared --batch 0 --iterations 30 --objective tikhonov --json tikhonov.json
//	go run ./internal/figures -out docs/convergence.svg fenchel=fenchel.json tikhonov=tikhonov.json
//
// docs/convergence.md has the commands of its own pictures.
//
// Exit status: 0; 1 if something is wrong with a trace or the picture; 2 if the command line is wrong.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ridge/internal/files"

	"ridge/internal/chart"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// usage is the text for a wrong command line.
const usage = "usage: figures -out FILE.svg|FILE.png [-panels LIST] [-zoom N] [-table] LABEL=TRACE.json..."

// run is main with its surroundings as arguments. It returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	r, err := parseRequest(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stderr, usage)
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "figures: %v\n%s\n", err, usage)
		return 2
	}
	if err := r.draw(stdout); err != nil {
		fmt.Fprintln(stderr, "figures:", err)
		return 1
	}
	return 0
}

// request is a picture to draw.
type request struct {
	out    string
	format string // of the picture, as gonum names it
	panels []string
	zoom   int
	table  bool
	traces []source
}

// source is where a line of the picture comes from.
type source struct{ label, path string }

func parseRequest(args []string) (*request, error) {
	var r request
	flags := flag.NewFlagSet("figures", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run says it
	flags.StringVar(&r.out, "out", "", "")
	list := flags.String("panels", "objective,error", "")
	flags.IntVar(&r.zoom, "zoom", 0, "")
	flags.BoolVar(&r.table, "table", false, "")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if r.zoom < 0 {
		return nil, fmt.Errorf("-zoom %d: want a number of iterations", r.zoom)
	}
	r.panels = strings.Split(*list, ",")
	for _, name := range r.panels {
		if panels[name] == nil {
			return nil, fmt.Errorf("-panels %q: want some of %s",
				name, strings.Join(slices.Sorted(maps.Keys(panels)), ", "))
		}
	}
	switch r.format = strings.TrimPrefix(filepath.Ext(r.out), "."); r.format {
	case "svg", "png":
	default:
		return nil, fmt.Errorf("-out %q: want the name of an .svg or a .png file", r.out)
	}
	return &r, r.addTraces(flags.Args())
}

// addTraces adds LABEL=TRACE.json, at least one, to the lines of the picture.
func (r *request) addTraces(args []string) error {
	labels := map[string]bool{}
	for _, arg := range args {
		label, path, ok := strings.Cut(arg, "=")
		switch {
		case !ok || label == "" || path == "":
			return fmt.Errorf("%q: want LABEL=TRACE.json", arg)
		case labels[label]:
			return fmt.Errorf("%q: there is another trace of that label", arg)
		}
		labels[label] = true
		r.traces = append(r.traces, source{label, path})
	}
	switch n := len(r.traces); {
	case n == 0:
		return errors.New("no trace to draw")
	case n > len(chart.Palette):
		return fmt.Errorf("%d traces, and colours for %d", n, len(chart.Palette))
	}
	return nil
}

// draw reads the traces and writes the picture, which appears complete or not at
// all, and then the table.
func (r *request) draw(stdout io.Writer) error {
	p := picture{zoom: r.zoom}
	for _, s := range r.traces {
		t, err := readTrace(s.label, s.path)
		if err != nil {
			return err
		}
		p.traces = append(p.traces, t)
	}
	var file bytes.Buffer
	if err := p.encode(&file, r.panels, r.format); err != nil {
		return err
	}
	if err := files.Write(r.out, func(w io.Writer) error {
		_, err := w.Write(file.Bytes())
		return err
	}); err != nil || !r.table {
		return err
	}
	return writeTable(stdout, p.traces)
}
