package cli

import (
	"context"
	"fmt"
	"math"
	"time"

	"ridge/bcd"
	"ridge/bcd/train"
	"ridge/internal/memory"
	"ridge/internal/words"
)

// readable is how long a text must be shown to be read.
const readable = 50 * time.Millisecond

// ready reports whether there is a line, and its text has been shown long enough to be read. If so, the next text is
// shown from now on.
func (p *progress) ready() bool {
	if p == nil || time.Since(p.drawn) < readable {
		return false
	}
	p.drawn = time.Now()
	return true
}

// bytes shows how much of a file has arrived.
func (p *progress) bytes(file string, done int64) {
	if p == nil || !p.ready() && done < p.line.total {
		return
	}
	text := file + ": " + memory.Bytes(done)
	if p.line.total > 0 {
		text += " of " + memory.Bytes(p.line.total)
	}
	p.show(done, text)
}

// trial shows how many trials are finished.
func (p *progress) trial(what string, done int64) {
	if !p.ready() {
		return
	}
	p.show(done, fmt.Sprintf("%s: trial %d/%d", what, done, max(done, p.line.total)))
}

// iteration shows a finished iteration.
func (p *progress) iteration(e train.Epoch) {
	p.round("iteration", "objective", e.Value(bcd.ObjectiveAfterW), e)
}

// epoch shows a finished epoch.
func (p *progress) epoch(e train.Epoch) { p.round("epoch", "loss", e.Loss, e) }

// round shows a finished iteration or epoch and how long the others will take. Rounds that are too fast to be read are
// not shown.
func (p *progress) round(name, measure string, value float64, e train.Epoch) {
	if !p.ready() {
		return
	}
	total := p.line.total
	p.show(int64(e.Epoch), fmt.Sprintf("%s %d/%d, %s %.4g, errors: train %.2f %%%s%s",
		name, e.Epoch, total, measure, value, 100*e.TrainError, heldOutError(e), p.left(int64(e.Epoch))))
}

// resumed says how many of the steps were done earlier, by another process.
func (p *progress) resumed(earlier int) {
	if p != nil {
		p.earlier = int64(earlier)
	}
}

// left says how long the other steps will take, if they take as long as those that this process has done.
func (p *progress) left(done int64) string {
	if done <= p.earlier {
		return ""
	}
	each := time.Since(p.begin).Seconds() / float64(done-p.earlier) // there may be a billion more
	return fmt.Sprintf(", %v left", words.Duration(each*float64(p.line.total-done)).Round(time.Second))
}

// heldOutError is the error of samples that were held out: the validation samples, if there are
// any, or else the test samples.
func heldOutError(e train.Epoch) string {
	switch {
	case !math.IsNaN(e.ValidationError):
		return fmt.Sprintf(", validation %.2f %%", 100*e.ValidationError)
	case !math.IsNaN(e.TestError):
		return fmt.Sprintf(", test %.2f %%", 100*e.TestError)
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
