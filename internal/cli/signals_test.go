package cli

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestOnlyALaterSignalEndsTheProgramAtOnce(t *testing.T) {
	const cancelled = "cancelled"
	term := syscall.SIGTERM.String()
	for name, c := range map[string]struct {
		after []time.Duration // when the signals come
		want  []string        // what happens at them
	}{
		"one":          {[]time.Duration{0}, []string{cancelled}},
		"two in a row": {[]time.Duration{0, time.Microsecond}, []string{cancelled}},
		"a second one": {[]time.Duration{0, together}, []string{cancelled, term}},
		"two in a row, later a third": {[]time.Duration{0, time.Microsecond, time.Second},
			[]string{cancelled, term}},
	} {
		t.Run(name, func(t *testing.T) {
			signals, done, stopped := make(chan os.Signal), make(chan struct{}), make(chan struct{})
			start, n := time.Now(), -1
			now := func() time.Time { n++; return start.Add(c.after[n]) }
			var got []string
			go func() {
				obey(signals, done, now, func() { got = append(got, cancelled) },
					func(s os.Signal) { got = append(got, s.String()) })
				close(stopped)
			}()
			for range c.after {
				signals <- syscall.SIGTERM
			}
			close(done)
			<-stopped
			assert.Equal(t, c.want, got)
		})
	}
}
