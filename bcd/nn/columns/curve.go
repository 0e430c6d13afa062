package columns

import (
	"fmt"
	"math"
	"slices"
)

// Curve makes an input more of a column of numbers with outliers or heavy tails, which says where among the others a
// cell is. Outliers press all other cells together in the input that every column has.
type Curve struct {
	// At are numbers in ascending order, two at least. A cell below the first or above the last one counts as that one.
	At []float64 `json:"at"`
	// To are the values of the curve there, which do not fall. In between it is linear.
	To []float64 `json:"to"`
	// Mean and Divisor are those of the input. A missing cell has the mean.
	Mean    float64 `json:"mean"`
	Divisor float64 `json:"divisor"`
}

// Value returns the curve at v. It panics if the curve is not valid.
func (c *Curve) Value(v float64) float64 {
	if err := c.check(); err != nil {
		panic("columns: " + err.Error())
	}
	k, found := slices.BinarySearch(c.At, v)
	switch {
	case found || k == 0:
		return c.To[k]
	case k == len(c.At):
		return c.To[k-1]
	}
	return c.To[k-1] + float64((v-c.At[k-1])/(c.At[k]-c.At[k-1])*(c.To[k]-c.To[k-1]))
}

// check returns an error unless there is a value for each of two numbers or more.
func (c *Curve) check() error {
	if len(c.At) < 2 || len(c.To) != len(c.At) {
		return fmt.Errorf("a curve of %d values at %d numbers", len(c.To), len(c.At))
	}
	return nil
}

func (c *Curve) validate() error {
	if err := c.check(); err != nil {
		return err
	}
	if err := validateKnots(c.At); err != nil {
		return fmt.Errorf("a curve: %w", err)
	}
	for k, to := range c.To {
		if !within(to) || k > 0 && to < c.To[k-1] {
			return fmt.Errorf("a curve of %v at %v", to, c.At[k])
		}
	}
	return Affine{c.Mean, c.Divisor}.validate()
}

// validateKnots returns an error unless numbers ascend, and differences between them are finite.
func validateKnots(at []float64) error {
	for k, v := range at {
		if !within(v) || k > 0 && v <= at[k-1] {
			return fmt.Errorf("number %d is %v: want ascending ones, whose differences do not overflow", k+1, v)
		}
	}
	return nil
}

// within reports whether v is finite, and so is its difference to any other such number.
func within(v float64) bool { return math.Abs(v) <= math.MaxFloat64/4 }
