// Command figures draws how training converges: from the traces that train --json
// writes, one picture of two panels, the objective after every block step and the
// test error after every iteration, with one line for each trace.
//
//	figures -out FILE.svg|FILE.png LABEL=TRACE.json...
//
// The README's picture, docs/convergence.svg, compares the two objectives on the
// embedded digits, everything else being equal:
//
//	go run ./cmd/train --net 100 --loss squared --batch 0 --iterations 30 --json fenchel.json
//	go run ./cmd/train --net 100 --loss squared --batch 0 --iterations 30 --objective tikhonov --json tikhonov.json
//	go run ./internal/figures -out docs/convergence.svg fenchel=fenchel.json tikhonov=tikhonov.json
//
// Exit status: 0, 1 if a trace or the picture is not what it should be, 2 if the
// command line isn't.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2/maybe"

	"ridge/internal/chart"
)

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

// usage is what a wrong command line gets to read.
const usage = "usage: figures -out FILE.svg|FILE.png LABEL=TRACE.json..."

// run is main with its surroundings as arguments. It returns the exit status.
func run(args []string, stderr io.Writer) int {
	r, err := parseRequest(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stderr, usage)
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "figures: %v\n%s\n", err, usage)
		return 2
	}
	if err := r.draw(); err != nil {
		fmt.Fprintln(stderr, "figures:", err)
		return 1
	}
	return 0
}

// request is a picture to draw.
type request struct {
	out    string
	format string // of the picture, as gonum names it
	traces []source
}

// source is where a line of the picture comes from.
type source struct{ label, path string }

func parseRequest(args []string) (*request, error) {
	var r request
	flags := flag.NewFlagSet("figures", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run says it
	flags.StringVar(&r.out, "out", "", "")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	switch r.format = strings.TrimPrefix(filepath.Ext(r.out), "."); r.format {
	case "svg", "png":
	default:
		return nil, fmt.Errorf("-out %q: want the name of an .svg or a .png file", r.out)
	}
	labels := map[string]bool{}
	for _, arg := range flags.Args() {
		label, path, ok := strings.Cut(arg, "=")
		switch {
		case !ok || label == "" || path == "":
			return nil, fmt.Errorf("%q: want LABEL=TRACE.json", arg)
		case labels[label]:
			return nil, fmt.Errorf("%q: there is another trace of that label", arg)
		}
		labels[label] = true
		r.traces = append(r.traces, source{label, path})
	}
	switch n := len(r.traces); {
	case n == 0:
		return nil, errors.New("no trace to draw")
	case n > len(chart.Palette):
		return nil, fmt.Errorf("%d traces, and colours for %d", n, len(chart.Palette))
	}
	return &r, nil
}

// draw reads the traces and writes the picture, which appears complete or not at
// all.
func (r *request) draw() error {
	var traces []trace
	for _, s := range r.traces {
		t, err := readTrace(s.label, s.path)
		if err != nil {
			return err
		}
		traces = append(traces, t)
	}
	var picture bytes.Buffer
	if err := encode(&picture, traces, r.format); err != nil {
		return err
	}
	return maybe.WriteFile(r.out, picture.Bytes(), 0o644)
}
