package cli

import (
	"context"
	"fmt"
	"math"
	"time"

	"ridge/bcd"
	"ridge/bcd/train"
	"ridge/internal/memory"
)

// readable is how long a text must be shown to be read.
const readable = 50 * time.Millisecond

// bytes shows how much of a file has arrived.
func (p *progress) bytes(file string, done int64) {
	if p == nil || time.Since(p.drawn) < readable && done < p.line.total {
		return
	}
	p.drawn = time.Now()
	text := file + ": " + memory.Bytes(done)
	if p.line.total > 0 {
		text += " of " + memory.Bytes(p.line.total)
	}
	p.show(done, text)
}

// trial shows how many trials are finished.
func (p *progress) trial(what string, done int64) {
	if p == nil || time.Since(p.drawn) < readable {
		return
	}
	p.drawn = time.Now()
	p.show(done, fmt.Sprintf("%s: trial %d/%d", what, done, max(done, p.line.total)))
}

// iteration shows a finished iteration.
func (p *progress) iteration(s train.Step) {
	p.round("iteration", "objective", s.Value(bcd.ObjectiveAfterW), s)
}

// epoch shows a finished epoch.
func (p *progress) epoch(s train.Step) { p.round("epoch", "loss", s.Loss, s) }

// round shows a finished iteration or epoch and how long the others will take, if
// they take as long as those before. Rounds that are too fast to be read are not shown.
func (p *progress) round(name, measure string, value float64, s train.Step) {
	if p == nil || time.Since(p.drawn) < readable {
		return
	}
	p.drawn = time.Now()
	total := p.line.total
	left := time.Since(p.begin) / time.Duration(s.Epoch) * time.Duration(total-int64(s.Epoch))
	p.show(int64(s.Epoch), fmt.Sprintf("%s %d/%d, %s %.4g, errors: train %.2f %%%s, %v left",
		name, s.Epoch, total, measure, value, 100*s.TrainError, heldOutError(s), left.Round(time.Second)))
}

// heldOutError is the error of samples that were held out: the validation samples, if there are
// any, or else the test samples.
func heldOutError(s train.Step) string {
	switch {
	case !math.IsNaN(s.ValidationError):
		return fmt.Sprintf(", validation %.2f %%", 100*s.ValidationError)
	case !math.IsNaN(s.TestError):
		return fmt.Sprintf(", test %.2f %%", 100*s.TestError)
	}
	return ""
}

// watch makes the line say when ctx is cancelled, so that the user knows that the signal has arrived, and for how long
// it has been the same. The function it returns ends the watch and the line.
func (p *progress) watch(ctx context.Context) (end func()) {
	const stopping = "stopping; Ctrl-C again ends at once"
	silence := func() {}
	if p != nil {
		silence = p.line.remindNowAndThen()
	}
	said := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(said)
		p.say(stopping)
	})
	return func() {
		silence()
		if !stop() {
			<-said // or it would be said over what comes next
		} else if ctx.Err() != nil { // the work has seen it earlier
			p.say(stopping)
		}
		p.end()
	}
}
