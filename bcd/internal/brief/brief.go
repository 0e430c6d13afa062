// Package brief is how errors show lists: bounded, if they are in files that are not trusted.
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

// Or lists names as in a sentence: "hinge, squared or softmax".
func Or(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
