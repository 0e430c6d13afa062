package checkpoint

import (
	"sync/atomic"
	"time"

	"ridge/bcd/train"
)

// Clock says when a state is due: when the interval has passed, at the end of an epoch, when
// somebody asks for one, and when the training ends. Where epochs are short, most of their ends are
// left out: saving takes no more than a twentieth of the time, unless a state takes more than a
// twentieth of the interval.
type Clock struct {
	every time.Duration
	now   func() time.Time
	last  time.Time     // when a state was saved, or the training began
	took  time.Duration // what saving it took
	asked atomic.Bool
}

// share is how many times as long as saving took the training goes on before the next end of an epoch is saved.
const share = 20

// NewClock returns a running clock.
func NewClock(every time.Duration) *Clock {
	return &Clock{every: every, now: time.Now, last: time.Now()}
}

// Ask makes a state due at the next opportunity. Another goroutine may call it.
func (c *Clock) Ask() { c.asked.Store(true) }

// Due is the function that [train.Checkpoints] needs.
func (c *Clock) Due(at train.Moment) bool {
	since := c.now().Sub(c.last)
	switch at {
	case train.Finished, train.Cancelled:
		return true
	case train.EpochEnd:
		return c.asked.Load() || since >= min(c.every, share*c.took)
	default:
		return c.asked.Load() || since >= c.every
	}
}

// Saving runs save, and takes the time. After a failure the next state is saved when it is due, not earlier.
func (c *Clock) Saving(save func() error) error {
	c.asked.Store(false)
	begin := c.now()
	err := save()
	c.last = c.now()
	c.took = c.last.Sub(begin)
	return err
}
