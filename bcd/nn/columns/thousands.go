package columns

import "strings"

// ThousandsMark returns the mark that separates thousands in a clean field that shows it: groups of three digits, and
// then a decimal mark that is another one, or no decimal mark, but two groups or more after one or two digits. It is
// "." of 1.549,34 and 1.234.567, and "," of 1,549.34. It is "" of all other fields: of 1.549, as the point may be a
// decimal one, and of 101.205.300, which may as well be a list.
func ThousandsMark(field string) string {
	mark := ","
	if at := strings.IndexAny(field, ".,"); at >= 0 && field[at] == '.' {
		mark = "."
	}
	whole, fraction, found := cutDecimals(field, mark)
	switch {
	case !inGroups(whole, mark),
		found && (fraction == "" || !allDigits(fraction)),
		!found && (strings.Count(whole, mark) < 2 || strings.Index(strings.TrimLeft(whole, "+-"), mark) > 2):
		return ""
	}
	return mark
}

// WithoutThousands is a number of a column in which mark separates thousands, which is "." or ",", with a decimal point
// and without these marks, as [ParseNumber] reads it. The other one of the two is the decimal mark. It is "" if mark is
// elsewhere than between groups of three digits: of 1.5 and 15.49,3 where it is the point.
func WithoutThousands(field, mark string) string {
	whole, fraction, found := cutDecimals(field, mark)
	if strings.Contains(whole, mark) {
		if !inGroups(whole, mark) || !allDigits(fraction) {
			return ""
		}
		whole = strings.ReplaceAll(whole, mark, "")
	} else if strings.Contains(fraction, mark) {
		return ""
	}
	if !found {
		return whole
	}
	return whole + "." + fraction
}

// cutDecimals divides a number at its decimal mark, where mark separates thousands.
func cutDecimals(field, mark string) (whole, fraction string, found bool) {
	decimal := ","
	if mark == "," {
		decimal = "."
	}
	return strings.Cut(field, decimal)
}

// inGroups reports whether mark separates groups of three digits, of which the first may be shorter, and does not begin
// with a zero. There may be a sign.
func inGroups(whole, mark string) bool {
	if whole != "" && (whole[0] == '-' || whole[0] == '+') {
		whole = whole[1:]
	}
	first, rest, found := strings.Cut(whole, mark)
	if !found || first == "" || len(first) > 3 || first[0] == '0' || !allDigits(first) {
		return false
	}
	for group := range strings.SplitSeq(rest, mark) {
		if len(group) != 3 || !allDigits(group) {
			return false
		}
	}
	return true
}

// allDigits reports whether there is nothing else.
func allDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }
