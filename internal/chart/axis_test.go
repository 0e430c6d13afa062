package chart

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/plot"
)

func TestTicksAreRoundNumbers(t *testing.T) {
	for _, c := range []struct {
		name      string
		ticks     plot.TickerFunc
		low, high float64
		want      string
	}{
		{"iterations", LinearTicks(0), 0, 30, "0 5 10 15 20 25 30"},
		{"one iteration", LinearTicks(0), 0, 1, "0 1"},
		{"many iterations", LinearTicks(0), 0, 100000, "0 20000 40000 60000 80000 100000"},
		{"percent", LinearTicks(-2), 0, 8.3, "0 2 4 6 8"},
		{"small errors", LinearTicks(-2), 0, 0.33, "0.00 0.05 0.10 0.15 0.20 0.25 0.30"},
		{"no errors", LinearTicks(-2), 0, 0.01, "0.00 0.01"},
		{"two decades", LogTicks, 0.03, 4, "0.05 0.1 0.2 0.5 1 2"},
		{"seconds", LogTicks, 3, 600, "5 10 20 50 100 200 500"},
		{"flat", LogTicks, 0.9, 1.2, "1"},
		{"many decades", LogTicks, 1e-9, 1e3, "1e-08 1e-06 0.0001 0.01 1 100"},
	} {
		var labels []string
		for _, tick := range c.ticks(c.low, c.high) {
			assert.True(t, tick.Value >= c.low && tick.Value <= c.high)
			if tick.Label != "" {
				labels = append(labels, tick.Label)
			}
		}
		assert.Equal(t, c.want, strings.Join(labels, " "), c.name)
	}
}
