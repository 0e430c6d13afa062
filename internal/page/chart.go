package page

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Chart is lines over the epochs, ready to be drawn.
type Chart struct {
	Title, Round string // what an epoch is called
	First, Last  int
	Ticks        []Tick
	Lines        []Line
	Best         string // where the best epoch is; empty: there is none
	BestText     string // where that is said
	BestAnchor   string // and which end of it is there
	BestRound    int
	Height       int // of the picture, with the legend
}

// Tick is a value on the vertical axis.
type Tick struct{ At, Text string }

// Line is a curve and its legend.
type Line struct {
	Name, Path       string
	LegendX, LegendY string
	Sample           string // a piece of the line, before its name
	Colour, Dash     int    // which
}

// Series is numbers, one for each epoch; what is not finite is left out.
type Series struct {
	Name   string
	Values []float64
}

// The area of the curves.
const left, right, top, bottom = 64.0, 424.0, 28.0, 204.0

// legend is the base line of the first names below them.
const legend = 240.0

// NewChart draws series of the same length. best is the best epoch, counted from 1, or 0. On a
// logarithmic axis, numbers that are not positive are left out.
func NewChart(title, round string, best int, logarithmic bool, series ...Series) Chart {
	c := Chart{Title: title, Round: round, First: 1, BestRound: best, Height: int(legend) + 8}
	scale := func(v float64) float64 { return v }
	if logarithmic {
		scale = math.Log10
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range series {
		c.Last = max(c.Last, len(s.Values))
		for _, v := range s.Values {
			if y := scale(v); finite(y) {
				low, high = min(low, y), max(high, y)
			}
		}
	}
	if !finite(low) {
		return c
	}
	if !logarithmic {
		low = min(low, 0)
	}
	if high == low {
		high = low + 1
	}
	x := func(i int) float64 { return left + (right-left)*float64(i)/float64(max(1, c.Last-1)) }
	y := func(v float64) float64 { return bottom - (bottom-top)*(scale(v)-low)/(high-low) }
	c.addTicks(low, high, logarithmic, y)
	if best > 0 {
		c.markBest(x(best - 1))
	}
	for i, s := range series {
		c.add(i, s.Name, path(s.Values, x, y))
	}
	return c
}

// addTicks divides the vertical axis from low to high, which are logarithms on a logarithmic one. y is where a value is
// drawn.
func (c *Chart) addTicks(low, high float64, logarithmic bool, y func(float64) float64) {
	const ticks = 4
	for i := range ticks + 1 {
		v := low + (high-low)*float64(i)/ticks
		if logarithmic {
			v = math.Pow(10, v)
		}
		c.Ticks = append(c.Ticks, Tick{coordinate(y(v)), strconv.FormatFloat(v, 'g', 3, 64)})
	}
}

// markBest marks the best epoch, which is at this place of the horizontal axis.
func (c *Chart) markBest(at float64) {
	const gap = 4
	c.Best, c.BestText, c.BestAnchor = coordinate(at), coordinate(at-gap), "end"
	if at < (left+right)/2 {
		c.BestText, c.BestAnchor = coordinate(at+gap), "start"
	}
}

// path is a line through values, with gaps where y has no number for them.
func path(values []float64, x func(int) float64, y func(float64) float64) string {
	var path strings.Builder
	command := "M"
	for i, v := range values {
		at := y(v)
		if !finite(at) {
			command = "M"
			continue
		}
		fmt.Fprintf(&path, "%s%s %s", command, coordinate(x(i)), coordinate(at))
		command = "L"
	}
	return path.String()
}

// add adds line i and its name in the legend.
func (c *Chart) add(i int, name, path string) {
	const colours, columns, row = 6, 3, 16
	const width, sample, gap = 120, 20, 6
	at, base := left+width*float64(i%columns), legend+row*float64(i/columns)
	c.Lines = append(c.Lines, Line{
		Name: name, Path: path, Colour: i % colours, Dash: i / colours % 3,
		LegendX: coordinate(at + sample + gap), LegendY: coordinate(base),
		Sample: fmt.Sprintf("M%s %sh%d", coordinate(at), coordinate(base-4), sample),
	})
	c.Height = int(legend) + row*(i/columns) + row/2
}

func coordinate(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func finite(v float64) bool { return v-v == 0 }
