package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"ridge/bcd"
	"ridge/bcd/train"
)

// isTerminal tells whether w is a terminal that understands escape sequences.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// colourful tells whether w should get colours: see no-color.org.
func colourful(w io.Writer) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }

// progress is one line on a terminal that tells how far the work is. A nil one shows
// nothing.
type progress struct {
	bar          *progressbar.ProgressBar
	begin, drawn time.Time
}

// newProgress returns a line on w, or nil if w is no terminal.
func newProgress(w io.Writer, total int64, options ...progressbar.Option) *progress {
	if !isTerminal(w) {
		return nil
	}
	return &progress{begin: time.Now(), bar: progressbar.NewOptions64(total, append([]progressbar.Option{
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

// iteration shows a finished iteration.
func (p *progress) iteration(s train.Step) {
	p.round("iteration", "objective", s.Value(bcd.ObjectiveAfterW), s)
}

// epoch shows a finished epoch.
func (p *progress) epoch(s train.Step) { p.round("epoch", "loss", s.Loss, s) }

// round shows a finished iteration or epoch and how long the others will take, if
// they take as long as those before. Rounds too fast to be read are left out.
func (p *progress) round(name, measure string, value float64, s train.Step) {
	const readable = 50 * time.Millisecond
	if p == nil || time.Since(p.drawn) < readable {
		return
	}
	p.drawn = time.Now()
	total := p.bar.GetMax()
	left := time.Since(p.begin) / time.Duration(s.Epoch) * time.Duration(total-s.Epoch)
	p.set(int64(s.Epoch))
	p.say(fmt.Sprintf("%s %d/%d, %s %.4g, errors: train %.2f %%, test %.2f %%, %v left",
		name, s.Epoch, total, measure, value, 100*s.TrainError, 100*s.TestError, left.Round(time.Second)))
}

// watch lets the line tell when ctx is cancelled, so that the user knows to have
// been heard. The function it returns ends the watch and the line.
func (p *progress) watch(ctx context.Context) (end func()) {
	said := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(said)
		p.say("stopping; Ctrl-C again ends at once")
	})
	return func() {
		if !stop() {
			<-said // or it would be said over what comes next
		}
		p.end()
	}
}

func (p *progress) say(s string) {
	if p != nil {
		p.bar.Describe(s)
	}
}

// set moves the bar. A terminal that can't be written to is no reason to stop.
func (p *progress) set(n int64) {
	if p != nil {
		_ = p.bar.Set64(n)
	}
}

// end removes the line.
func (p *progress) end() {
	if p != nil {
		_ = p.bar.Clear()
	}
}
