// Package words writes counts and lists for people. Libraries use it, too.
package words

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Group writes a count with commas between thousands: "1,438".
func Group[N int | int64](n N) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Counted writes a count and what it counts: "1 row", "2,000 rows".
func Counted[N int | int64](n N, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return Group(n) + " " + noun
}

// List writes the first names of a list, at most the given number, and how many more there are.
func List(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// And is [List] with an "and" before the last name, too: "a, b and c".
func And(names []string, most int) string {
	if n := len(names); n > 1 && n <= most {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return List(names, most)
}

// Or is a choice as in a sentence: "a, b or c".
func Or(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// Short prints as its first elements and the number of others, as it may be from a file that is not trusted:
// "[1 1 1 1 1 1 1 1 and 31999992 more]". If there are few it prints as slices do.
type Short[E any] []E

// String returns that text.
func (s Short[E]) String() string {
	const most = 8
	if len(s) <= most {
		return fmt.Sprint([]E(s))
	}
	return fmt.Sprintf("%s and %d more]", strings.TrimSuffix(fmt.Sprint([]E(s[:most])), "]"), len(s)-most)
}

// Quote writes a name so that a list of names separated by commas stays clear, like a field of a CSV file (RFC 4180):
// with quotes around it if it is empty, has a comma, begins with a quote, or has white space at an end.
func Quote(name string) string {
	if name != "" && !strings.Contains(name, ",") && !strings.HasPrefix(name, `"`) && strings.TrimSpace(name) == name {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// Names is [List] of names that are quoted where that is necessary.
func Names(names []string, most int) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = Quote(name)
	}
	return List(quoted, most)
}

// Duration is that of so many seconds, which are estimated. It is at most some 146 years.
func Duration(seconds float64) time.Duration {
	const most = math.MaxInt64 / 2 // sums of two are none too large
	return time.Duration(min(seconds*float64(time.Second), most))
}
