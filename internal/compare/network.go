package compare

import (
	"fmt"
	"slices"
	"strings"

	"ridge/bcd"
)

// Network is the shape of a network, inputs and outputs being those of the data.
type Network struct {
	Hidden []int      `json:"hidden"` // widths
	Skips  []bcd.Skip `json:"skips,omitempty"`
}

// Networks returns those of a comparison that names none: a usual one, a wider and
// deeper one, two deep ones, and one with skips.
func Networks() []Network {
	return []Network{
		{Hidden: []int{300}},
		{Hidden: []int{500, 500}},
		{Hidden: []int{784, 784, 784, 784}},
		{Hidden: slices.Repeat([]int{100}, 10)},
		{Hidden: []int{300, 300, 300}, Skips: []bcd.Skip{{From: 0, To: 2}, {From: 0, To: 3}, {From: 1, To: 3}}},
	}
}

// String names the network in a way that file names can hold: "300", "2x500",
// "784-10x100", "3x300_0to2_1to3".
func (n Network) String() string {
	var parts []string
	for i := 0; i < len(n.Hidden); {
		j := i
		for j < len(n.Hidden) && n.Hidden[j] == n.Hidden[i] {
			j++
		}
		part := fmt.Sprint(n.Hidden[i])
		if j-i > 1 {
			part = fmt.Sprintf("%dx%s", j-i, part)
		}
		parts = append(parts, part)
		i = j
	}
	name := strings.Join(parts, "-")
	for _, s := range n.Skips {
		name += fmt.Sprintf("_%dto%d", s.From, s.To)
	}
	return name
}

// spec is the shape for samples of so many features and classes.
func (n Network) spec(inputs, outputs int) bcd.Spec {
	return bcd.Spec{Inputs: inputs, Hidden: n.Hidden, Outputs: outputs, Skips: n.Skips}
}

// weights counts those between hidden layers and below them, with inputs features: what
// the time of a run is about proportional to.
func (n Network) weights(inputs int) float64 {
	widths := append([]int{inputs}, n.Hidden...)
	sum := 0
	for i := 1; i < len(widths); i++ {
		sum += widths[i-1] * widths[i]
	}
	for _, s := range n.Skips {
		sum += widths[s.From] * widths[s.To]
	}
	return float64(sum)
}
