package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"ridge/bcd"
)

// isTerminal tells whether w is a terminal that understands escape sequences.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// colourful tells whether w should get colours: see no-color.org.
func colourful(w io.Writer) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }

// progress is one line on a terminal that tells how far the work is. The zero
// value shows nothing.
type progress struct {
	bar *progressbar.ProgressBar
}

// newProgress returns a line on w, or one that shows nothing if w is no terminal.
func newProgress(w io.Writer, total int64, options ...progressbar.Option) progress {
	if !isTerminal(w) {
		return progress{}
	}
	return progress{progressbar.NewOptions64(total, append([]progressbar.Option{
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetWidth(12), // less where there is no room for it
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionSetTheme(progressbar.Theme{Saucer: "━", SaucerPadding: "─"}),
		progressbar.OptionShowDescriptionAtLineEnd(),
		progressbar.OptionSetRenderBlankState(true),
	}, options...)...)}
}

// iteration shows a finished iteration and estimates how long the others take.
func (p progress) iteration(s bcd.Step) {
	if p.bar == nil {
		return
	}
	p.set(int64(s.Iteration))
	state := p.bar.State()
	left := time.Duration(state.SecondsLeft * float64(time.Second)).Round(time.Second)
	p.say(fmt.Sprintf("iteration %d/%d, objective %.4g, errors: train %.2f %%, test %.2f %%, %v left",
		s.Iteration, state.Max, s.AfterW, 100*s.TrainError, 100*s.TestError, left))
}

// stopping shows that the user's wish to stop has been heard.
func (p progress) stopping() { p.say("stopping; Ctrl-C again ends at once") }

func (p progress) say(s string) {
	if p.bar != nil {
		p.bar.Describe(s)
	}
}

// set moves the bar. A terminal that can't be written to is no reason to stop.
func (p progress) set(n int64) {
	if p.bar != nil {
		_ = p.bar.Set64(n)
	}
}

// end removes the line.
func (p progress) end() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
