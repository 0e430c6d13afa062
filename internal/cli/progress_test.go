package cli

import (
	"bytes"
	"math"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/train"
	"ridge/internal/tune"
)

// Ten of forty steps were done earlier, and ten in the last ten hours.
func TestTheTimeThatIsLeftIsThatOfThisProcess(t *testing.T) {
	for name, show := range map[string]func(p *progress){
		"a training": func(p *progress) {
			p.resumed(10)
			p.epoch(train.Epoch{Epoch: 20})
		},
		"a search": func(p *progress) { p.tuning(20, 10, 40, tune.Run{}, "") },
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			show(&progress{begin: time.Now().Add(-10 * time.Hour), line: line{w: &b, total: 40}})
			said := regexp.MustCompile(`, (\S+) left`).FindStringSubmatch(b.String())
			require.Len(t, said, 2, b.String())
			left, err := time.ParseDuration(said[1])
			require.NoError(t, err)
			assert.InDelta(t, 20, left.Hours(), 1)
		})
	}
}

// --early-stop ends a training whose --epochs are as good as infinite.
func TestTheTimeThatIsLeftIsNeverNegative(t *testing.T) {
	for _, total := range []int64{1_000_000_000, math.MaxInt64} {
		text := (&progress{begin: time.Now().Add(-10 * time.Second), line: line{total: total}}).left(1)
		said := regexp.MustCompile(`^, (\d+)h\S+ left$`).FindStringSubmatch(text)
		require.Len(t, said, 2, text)
		hours, err := strconv.Atoi(said[1])
		require.NoError(t, err)
		assert.Greater(t, hours, 1_000_000)
	}
}

func TestNoTimeIsToldBeforeAnythingIsDone(t *testing.T) {
	var b bytes.Buffer
	p := &progress{begin: time.Now(), line: line{w: &b, total: 40}}
	p.tuning(10, 10, 40, tune.Run{}, "")
	assert.Contains(t, b.String(), "run 11/40")
	assert.NotContains(t, b.String(), "left")
}
