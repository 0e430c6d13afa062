package columns

import (
	"fmt"
)

// Pieces divides the range of a column of numbers into intervals. Each is an input, which says how much of the interval
// lies below the cell: 0 if nothing does, 1 if all of it, and linear in between. Their sum with any weights is a
// piecewise linear function of the cell, so that a network finds thresholds, which boosted trees begin with, in its
// first layer (Gorishniy, Rubachev, Babenko, On Embeddings for Numerical Features in Tabular Deep Learning, NeurIPS
// 2022, section 3.2).
type Pieces struct {
	// At are the ends of the intervals in ascending order, two at least.
	At []float64 `json:"at"`
	// Means are those of the inputs; there is one less than in At. A missing cell has the means.
	Means []float64 `json:"means"`
	// Divisor is that of all these inputs.
	Divisor float64 `json:"divisor"`
}

// Share returns how much of the k-th interval lies below v, between 0 and 1. It panics if there is no such interval.
func (p *Pieces) Share(k int, v float64) float64 {
	if k < 0 || k >= len(p.At)-1 {
		panic(fmt.Sprintf("columns: Share: interval %d of pieces with %d ends", k, len(p.At)))
	}
	from, to := p.At[k], p.At[k+1]
	switch {
	case v <= from:
		return 0
	case v >= to:
		return 1
	}
	return (v - from) / (to - from)
}

// apply writes the inputs for a cell.
func (p *Pieces) apply(dst []float32, v float64, missing bool) {
	if len(p.Means) != len(p.At)-1 {
		panic(fmt.Sprintf("columns: %d means of pieces with %d ends", len(p.Means), len(p.At)))
	}
	for k, mean := range p.Means {
		below := mean
		if !missing {
			below = p.Share(k, v)
		}
		dst[k] = Affine{mean, p.Divisor}.of(below)
	}
}

func (p *Pieces) validate() error {
	if len(p.At) < 2 || len(p.Means) != len(p.At)-1 {
		return fmt.Errorf("%d means of pieces with %d ends", len(p.Means), len(p.At))
	}
	if err := validateKnots(p.At); err != nil {
		return fmt.Errorf("pieces: %w", err)
	}
	for _, mean := range p.Means {
		if err := (Affine{mean, p.Divisor}).validate(); err != nil {
			return err
		}
	}
	return nil
}
