package table

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// AlikeKey is the same for texts that look alike to people: they differ in capitals, in white space, or in how their
// letters are encoded, as é may be one character or two (Unicode's NFC and NFD), and others cannot be seen.
func AlikeKey(text string) string { return strings.ToLower(oneEncoding(text)) }

func oneEncoding(text string) string { return oneSpace(norm.NFKC.String(visible(text))) }

// oneSpace has a blank wherever there is white space.
func oneSpace(text string) string { return strings.Join(strings.Fields(text), " ") }

// visible leaves out the characters that only format: a byte order mark, a space without a width.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)
}

// Difference is what texts that have one [AlikeKey] differ in.
type Difference int

// The differences, the more hidden ones last.
const (
	InCapitals Difference = iota
	InSpace
	InEncoding
)

// String follows "differ only".
func (d Difference) String() string {
	return [...]string{"in capitals", "in white space", "in how letters are encoded"}[d]
}

// Quote puts a text into quotes so that this difference can be seen.
func (d Difference) Quote(text string) string {
	if d == InEncoding {
		return strconv.QuoteToASCII(text)
	}
	return strconv.Quote(text)
}

// DifferenceOf is the most hidden one of two texts, or InCapitals if they do not look alike: all can see that.
func DifferenceOf(a, b string) Difference {
	x, y := strings.ToLower(a), strings.ToLower(b)
	switch {
	case x == y || AlikeKey(a) != AlikeKey(b):
		return InCapitals
	case oneSpace(x) == oneSpace(y):
		return InSpace
	default:
		return InEncoding
	}
}

// looksLike says for an error which of the names of a file looks like one that it lacks; "" if none does.
func looksLike(name string, names []string) string {
	for _, other := range names {
		if AlikeKey(name) == AlikeKey(other) {
			return TwinNote(name, other)
		}
	}
	return ""
}

// TwinNote says for an error that a file has a twin of a name that it lacks: both have one [AlikeKey].
func TwinNote(name, twin string) string {
	d := DifferenceOf(name, twin)
	return fmt.Sprintf("it has %s, which differs from %s only %v", d.Quote(twin), d.Quote(name), d)
}
