package columns

import (
	"fmt"
	"slices"
)

// Scale says how columns of numbers are centred and divided. Where the file's format fixes the largest value (255 for
// pixels in bytes), d is that value, else 1.
type Scale string

// The scales.
const (
	// Auto is None for pixels; it is Common if all columns look as if they shared a unit
	// but vary very differently, and Standard otherwise.
	Auto Scale = "auto"
	// Standard subtracts the mean of a column and divides by its standard deviation, or by a twentieth of the largest
	// distance from the mean if that is more.
	Standard Scale = "standard"
	// Center subtracts the mean and divides by d.
	Center Scale = "center"
	// None subtracts nothing and divides by d.
	None Scale = "none"
	// Common subtracts the mean and divides all columns by the same number: the difference
	// between the largest and the smallest value of all. Only Auto chooses it.
	Common Scale = "common"
)

// ParseScale reads the name of a scale that can be asked for.
func ParseScale(name string) (Scale, error) {
	if s := Scale(name); slices.Contains([]Scale{Auto, Standard, Center, None}, s) {
		return s, nil
	}
	return "", fmt.Errorf("no scale %q: want auto, standard, center or none", name)
}
