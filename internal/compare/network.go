package compare

import (
	"fmt"
	"slices"
	"strings"

	"ridge/bcd/nn"
)

// Network is the shape of a network, inputs and outputs being those of the data.
type Network struct {
	Hidden []int     `json:"hidden"` // widths
	Skips  []nn.Skip `json:"skips,omitempty"`
	Init   nn.Init   `json:"init,omitzero"` // of the weights
}

// Networks returns five that differ in shape: a usual one, a wider and deeper one, two
// deep ones, and one with skips.
func Networks() []Network {
	return []Network{
		{Hidden: []int{300}},
		{Hidden: []int{500, 500}},
		{Hidden: []int{784, 784, 784}},
		{Hidden: slices.Repeat([]int{100}, 10)},
		{Hidden: []int{300, 300, 300}, Skips: []nn.Skip{{From: 0, To: 2}, {From: 0, To: 3}, {From: 1, To: 3}}},
	}
}

// deepNetworks returns what shows how depth matters: ten hidden layers that begin with
// Caffe's gaussian weights, which lose the signal on its way up, and twenty layers with
// either initialization.
func deepNetworks() []Network {
	ten, twenty := slices.Repeat([]int{100}, 10), slices.Repeat([]int{100}, 20)
	gaussian := nn.Init{Gaussian: 0.01}
	return []Network{{Hidden: ten, Init: gaussian}, {Hidden: twenty}, {Hidden: twenty, Init: gaussian}}
}

// String names the network in a way that file names can hold: "300", "2x500",
// "784-10x100", "3x300_0to2_1to3", "10x100_gaussian0.01". An initialization that is not
// named is that of [nn.New].
func (n Network) String() string {
	var parts []string
	for _, r := range n.runs() {
		part := fmt.Sprint(r.width)
		if r.layers > 1 {
			part = fmt.Sprintf("%dx%s", r.layers, part)
		}
		parts = append(parts, part)
	}
	name := strings.Join(parts, "-")
	for _, s := range n.Skips {
		name += fmt.Sprintf("_%dto%d", s.From, s.To)
	}
	if n.Init != (nn.Init{}) {
		name += "_" + strings.Replace(n.Init.String(), ":", "", 1) // colons are not for all file systems
	}
	return name
}

// Bounds of what a file may ask for.
const (
	mostLayers = 10_000
	mostWidth  = 1 << 20
)

// validate returns a *[nn.OptionError] or a *[nn.SpecError] unless there is such a network.
func (n Network) validate() error {
	if len(n.Hidden) > mostLayers || len(n.Skips) > mostLayers {
		return &nn.OptionError{Option: "net",
			Reason: fmt.Sprintf("%d layers and %d skips: want at most %d", len(n.Hidden), len(n.Skips), mostLayers)}
	}
	for _, width := range n.Hidden {
		if width > mostWidth {
			return &nn.OptionError{Option: "net",
				Reason: fmt.Sprintf("a layer of width %d: want at most %d", width, mostWidth)}
		}
	}
	// Any number of inputs and outputs will do.
	if err := n.spec(1, 1).Validate(); err != nil {
		return err
	}
	if _, err := nn.ParseInit(n.Init.String()); err != nil {
		return err
	}
	if name := n.String(); len(name) > longestName {
		return &nn.OptionError{Option: "net", Reason: fmt.Sprintf("%.40s…: a name too long for a file", name)}
	}
	return nil
}

// words describes the network between inputs and outputs to people: "784-[100 × 10]-10,
// weights gaussian:0.01", "784-300-300-300-10, skips 0:2 1:3".
func (n Network) words(inputs, outputs int) string {
	text := fmt.Sprint(inputs)
	for _, r := range n.runs() {
		if r.layers > 3 {
			text += fmt.Sprintf("-[%d × %d]", r.width, r.layers)
		} else {
			text += strings.Repeat(fmt.Sprintf("-%d", r.width), r.layers)
		}
	}
	text += fmt.Sprintf("-%d", outputs)
	for i, s := range n.Skips {
		if i == 0 {
			text += ", skips"
		}
		text += fmt.Sprintf(" %d:%d", s.From, s.To)
	}
	if n.Init != (nn.Init{}) {
		text += fmt.Sprintf(", weights %v", n.Init)
	}
	return text
}

// layerRun is a number of layers of the same width, one above the other.
type layerRun struct{ width, layers int }

// runs returns the hidden layers, those of the same width together.
func (n Network) runs() []layerRun {
	var runs []layerRun
	for i, width := range n.Hidden {
		if i == 0 || width != n.Hidden[i-1] {
			runs = append(runs, layerRun{width, 0})
		}
		runs[len(runs)-1].layers++
	}
	return runs
}

// spec is the shape for samples with the given numbers of features and classes.
func (n Network) spec(inputs, outputs int) nn.Spec {
	return nn.Spec{Inputs: inputs, Hidden: n.Hidden, Outputs: outputs, Skips: n.Skips}
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
