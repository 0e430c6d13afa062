// Package brief bounds what errors show of lists in files that are not trusted.
package brief

import (
	"fmt"
	"strings"
)

// most is how many elements are shown.
const most = 8

// List prints as its first elements and the number of others: "[1 1 1 1 1 1 1 1 and 31999992 more]". Short ones print
// as slices do.
type List[E any] []E

// String returns that text.
func (l List[E]) String() string {
	if len(l) <= most {
		return fmt.Sprint([]E(l))
	}
	return fmt.Sprintf("%s and %d more]", strings.TrimSuffix(fmt.Sprint([]E(l[:most])), "]"), len(l)-most)
}
