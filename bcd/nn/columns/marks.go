package columns

import (
	"fmt"
	"slices"
	"strings"
)

// Units are the signs that may stand before or after each number of a column.
var Units = []string{"$", "€", "£", "¥", "%"}

// Separators are the characters that may separate thousands: comma, point, space, the two spaces that do not break a line,
// and the two apostrophes.
var Separators = []string{",", ".", " ", "\u00a0", "\u202f", "'", "\u2019"}

// Marks are what the numbers of a column have besides digits, as people and spreadsheets write them: "$1,234.50", "12 %".
// The zero Marks are those of plain numbers.
type Marks struct {
	// Unit is one of [Units], before or after each number, with or without a space; "" if there is none. It changes no
	// number: 12 % is 12.
	Unit string `json:"unit,omitempty"`
	// Thousands is one of [Separators], between groups of three digits, which numbers may lack; "" if there is none. After a
	// comma as separator a point begins the fraction, after a point a comma.
	Thousands string `json:"thousands,omitempty"`
}

// Number reads a clean field as a number with these marks, with an optional sign ("-", "+" or "−") before the number or
// before the unit. ok is false for all else: a field without the unit, or with groups of other than three digits. Where the
// marks leave it open, a comma may stand in the place of the point if decimalComma is set. It allocates only for more than
// 32 bytes.
func (m *Marks) Number(field string, decimalComma bool) (v float64, ok bool) {
	rest, negative, signed := cutSign(field)
	if rest, ok = m.cutUnit(rest); !ok {
		return 0, false
	}
	if !signed {
		rest, negative, _ = cutSign(rest)
	}
	if rest == "" || rest[0] != '.' && rest[0] != ',' && (rest[0] < '0' || rest[0] > '9') {
		return 0, false
	}
	var room [32]byte
	digits := room[:0]
	if m.Thousands != "" {
		decimalComma = m.Thousands == "." || m.Thousands != "," && decimalComma
		if digits, rest, ok = m.cutThousands(digits, rest); !ok {
			return 0, false
		}
	}
	if decimalComma {
		rest = WithPoint(rest)
	}
	v, ok = ParseNumber(string(append(digits, rest...)))
	if negative {
		v = -v
	}
	return v, ok
}

// cutSign cuts a sign off the beginning.
func cutSign(s string) (rest string, negative, signed bool) {
	for _, sign := range [...]string{"-", "+", "\u2212"} {
		if rest, signed = strings.CutPrefix(s, sign); signed {
			return rest, sign != "+", true
		}
	}
	return s, false, false
}

// WithoutUnit cuts the sign and the unit off a clean field, and reports whether the unit is a currency.
func WithoutUnit(field string) (rest string, currency bool) {
	m := &Marks{Unit: unitOf(field)}
	rest, _, signed := cutSign(field)
	rest, _ = m.cutUnit(rest)
	if !signed {
		rest, _, _ = cutSign(rest)
	}
	return rest, m.isCurrency()
}

// isCurrency reports whether the unit is that of money.
func (m *Marks) isCurrency() bool { return m.Unit != "" && m.Unit != "%" }

// cutUnit cuts the unit, which must be there, off one end.
func (m *Marks) cutUnit(s string) (rest string, ok bool) {
	if m.Unit == "" {
		return s, true
	}
	if rest, ok = strings.CutPrefix(s, m.Unit); ok {
		return strings.TrimSpace(rest), true
	}
	rest, ok = strings.CutSuffix(s, m.Unit)
	return strings.TrimSpace(rest), ok
}

// cutThousands appends the digits before the fraction to dst. There are one to three before the first separator and three
// after each.
func (m *Marks) cutThousands(dst []byte, s string) (digits []byte, rest string, ok bool) {
	for first := true; ; first = false {
		n := 0
		for n < len(s) && '0' <= s[n] && s[n] <= '9' {
			n++
		}
		after, more := strings.CutPrefix(s[n:], m.Thousands)
		if !first && n != 3 || first && more && (n == 0 || n > 3) {
			return nil, "", false
		}
		dst = append(dst, s[:n]...)
		if !more {
			return dst, s[n:], true
		}
		s = after
	}
}

// Like says, after "is not a number", how numbers with these marks are written; "" if m is nil.
func (m *Marks) Like() string {
	if m == nil {
		return ""
	}
	example := "1234"
	if m.Thousands != "" {
		example = "1" + m.Thousands + "234"
	}
	switch {
	case m.Unit == "":
	case m.isCurrency():
		example = m.Unit + example
	default:
		example += m.Unit
	}
	return fmt.Sprintf(" like %q, as those of the training data are", example)
}

// validate returns an error for marks that are not known; nil is none.
func (m *Marks) validate() error {
	if m == nil {
		return nil
	}
	if m.Unit != "" && !slices.Contains(Units, m.Unit) || m.Thousands != "" && !slices.Contains(Separators, m.Thousands) {
		return fmt.Errorf("numbers with the unit %q and thousands separated by %q", m.Unit, m.Thousands)
	}
	return nil
}

// FindMarks returns the marks with which all of these clean fields are numbers. It returns nil if there are none, if plain
// numbers are among the fields where a unit is not, or if it is open whether a comma or point separates thousands: it is
// taken to do so only if some number has two of them, or has both, or if the unit is that of a currency, whose fractions do
// not have three digits. decimalComma says whether other numbers of the file have a decimal comma.
func FindMarks(fields []string, decimalComma bool) *Marks {
	if len(fields) == 0 {
		return nil
	}
	m := &Marks{Unit: unitOf(fields[0])}
	for _, m.Thousands = range Separators {
		if m.separate(fields) && m.fits(fields, decimalComma) {
			return m
		}
	}
	if m.Thousands = ""; m.Unit == "" || !m.fits(fields, decimalComma) {
		return nil
	}
	return m
}

// unitOf is the unit that a field begins or ends with, "" if there is none.
func unitOf(field string) string {
	field, _, _ = cutSign(field)
	i := slices.IndexFunc(Units, func(u string) bool { return strings.HasPrefix(field, u) || strings.HasSuffix(field, u) })
	if i < 0 {
		return ""
	}
	return Units[i]
}

// fits reports whether all fields are numbers with these marks.
func (m *Marks) fits(fields []string, decimalComma bool) bool {
	return !slices.ContainsFunc(fields, func(f string) bool {
		_, ok := m.Number(f, decimalComma)
		return !ok
	})
}

// separate reports whether some field shows that m.Thousands separates thousands, if all fields are numbers with m.
func (m *Marks) separate(fields []string) bool {
	other := map[string]string{",": ".", ".": ","}[m.Thousands]
	return slices.ContainsFunc(fields, func(f string) bool {
		rest, currency := WithoutUnit(f)
		n := strings.Count(rest, m.Thousands)
		return n > 1 || n == 1 && (other == "" || currency || strings.Contains(rest, other))
	})
}
