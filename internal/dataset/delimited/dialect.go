package delimited

import (
	"slices"
	"strings"
	"unicode/utf8"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// dialect is how the values of a table are written.
type dialect struct {
	comma   rune // the separator, or blank
	named   bool // by a first line such as sep=;
	decimal byte // '.' or ','
	// thousands are the marks that separate thousands in the fields of a record, "" where none does; it may be shorter.
	thousands []string
	guessed   bool     // that points separate thousands is only known from the decimal commas of other fields
	alone     []string // a warning: see findPointsAlone
	ended     bool     // each record ends in a semicolon, which separates nothing
}

// separators in the order in which they win a tie.
var separators = []rune{',', '\t', ';', '|', blank}

// sampleRecords is the most records by which the dialect and the header are found out.
const sampleRecords = 1000

// sampled are the first records of the text, their fields cleaned. It ends at what is no
// record; text may be cut after any line, as a quoted field that is cut is no record.
func sampled(text []byte, comma rune) [][]string {
	var all [][]string
	r := newRecords(text, comma)
	for len(all) < sampleRecords {
		fields, err := r.read()
		if err != nil {
			break
		}
		clean := make([]string, len(fields))
		for i, f := range fields {
			clean[i] = columns.Clean(f)
		}
		all = append(all, clean)
	}
	if slices.ContainsFunc(all, func(r []string) bool { return len(r) > 1 }) {
		all = slices.DeleteFunc(all, isEmpty)
	}
	return all
}

// findDialect finds out how text is written: it takes the separator that splits the most records into the same number
// of fields, at least two; of several, the one whose records suit the file that this one is to be like
// ([plan.suits]), and then the one that makes most of the text numbers, or no values. named is the separator that the
// file names, or 0.
func findDialect(text []byte, named rune, o table.Options) (dialect, [][]string) {
	best := dialect{comma: ',', decimal: '.'}
	choice := separators
	if named != 0 {
		best.comma, best.named, choice = named, true, []rune{named}
	}
	var sample [][]string
	if !tooWide(text, best.comma) {
		sample = sampled(text, best.comma)
	}
	var most []float64
	for _, comma := range choice {
		if tooWide(text, comma) {
			continue
		}
		records := sampled(text, comma)
		fields, same := commonLength(records)
		if fields < 2 {
			continue
		}
		d := dialect{comma: comma, named: named != 0}
		d.findMarks(records, firstOf(records))
		length, numbers := d.numbers(records)
		suits := (&plan{dialect: d, o: o}).suits(records)
		if fit := []float64{same, float64(suits), length, numbers}; slices.Compare(fit, most) > 0 {
			best, sample, most = d, records, fit
		}
	}
	best.ended = best.comma != ';' && endInSemicolons(sample) && !hasSemicolons(o.Like)
	if most == nil || best.ended {
		for _, fields := range sample {
			best.cutEnd(fields)
		}
		best.findMarks(sample, firstOf(sample))
	}
	return best, sample
}

// endInSemicolons reports whether each record ends in a semicolon, the only one of its last field, as lines of some
// programs do; the first of several records, which may be a header, may have none.
func endInSemicolons(records [][]string) bool {
	for i, r := range records {
		last := r[len(r)-1]
		at := strings.IndexByte(last, ';')
		if at >= 0 && at < len(last)-1 || at < 0 && (i > 0 || len(records) == 1) {
			return false
		}
	}
	return len(records) > 0
}

// hasSemicolons reports whether a text of the file that this one is to be like ends in a semicolon: a semicolon at the
// end of its lines was not taken away then.
func hasSemicolons(like *table.Layout) bool {
	if like == nil {
		return false
	}
	ends := func(level string) bool { return strings.HasSuffix(level, ";") }
	return slices.ContainsFunc(slices.Concat(like.Inputs, like.Targets), func(c table.LayoutColumn) bool {
		return slices.ContainsFunc(c.Levels, ends)
	})
}

// cutEnd takes the semicolon from the end of a record, if that is how records end.
func (d *dialect) cutEnd(fields []string) {
	if d.ended {
		last := &fields[len(fields)-1]
		*last = columns.Clean(strings.TrimSuffix(columns.Clean(*last), ";"))
	}
}

// firstOf is the first of the records, which may be a header, nil if there are none.
func firstOf(records [][]string) []string {
	if len(records) == 0 {
		return nil
	}
	return records[0]
}

// commonLength is the number of fields that most records have, the larger one if there
// are two, and the share of the records that have it.
func commonLength(records [][]string) (fields int, share float64) {
	count := map[int]int{}
	for _, r := range records {
		count[len(r)]++
	}
	for n, c := range count {
		if c > count[fields] || c == count[fields] && n > fields {
			fields = n
		}
	}
	if len(records) == 0 {
		return 0, 0
	}
	return fields, float64(count[fields]) / float64(len(records))
}

// numbers are what numbers and signs for missing values have of all letters and digits, and their share of the fields.
// A decimal comma that is taken for a separator makes more fields of numbers, but has less of the text in them.
func (d *dialect) numbers(records [][]string) (length, fields float64) {
	var found, all [2]int // letters and digits, and fields
	for _, r := range records {
		for j, f := range r {
			n := lettersAndDigits(f)
			all[0], all[1] = all[0]+n, all[1]+1
			_, number := columns.ParseNumber(d.numberAt(j, f))
			if number || columns.IsMissing(f) {
				found[0], found[1] = found[0]+n, found[1]+1
			}
		}
	}
	return float64(found[0]) / float64(max(1, all[0])), float64(found[1]) / float64(max(1, all[1]))
}

// lettersAndDigits counts them; a letter beyond ASCII counts as its bytes.
func lettersAndDigits(field string) (n int) {
	for i := range len(field) {
		if b := field[i]; b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z' || b >= utf8.RuneSelf {
			n++
		}
	}
	return n
}

// findMarks finds out how numbers are written in the records. Those that are the same as header are no rows.
func (d *dialect) findMarks(records [][]string, header []string) {
	d.findOwnMarks(records, header)
	if pointed, _ := d.pointsBesideCommas(records, header); pointed != nil {
		d.decimal, d.guessed = ',', true
		for j, grouped := range pointed {
			if grouped {
				d.group(j, ".")
			}
		}
	}
}

// findOwnMarks finds out how numbers are written, as far as those of a field themselves show what separates thousands.
func (d *dialect) findOwnMarks(records [][]string, header []string) {
	d.guessed = false
	d.thousands = findThousands(records)
	d.decimal = d.findDecimal(records, header)
}

// findDecimal reports whether fractions are written with a comma, as in much of Europe: if the separator is another
// one, some fields are such numbers and none has a decimal point. Commas between thousands show that there is a point,
// unless the field has texts in other records: then they may be lists.
func (d *dialect) findDecimal(records [][]string, header []string) byte {
	if d.comma == ',' {
		return '.'
	}
	var texts []bool
	found := byte('.')
	for _, r := range records {
		for j, f := range r {
			if mark := d.groupsOf(j); mark != "" {
				if texts == nil {
					texts = d.haveText(records, header)
				}
				switch {
				case texts[j]:
				case mark == ",":
					return '.'
				default:
					found = ','
				}
				continue
			}
			if _, ok := columns.ParseNumber(f); ok && strings.IndexByte(f, '.') >= 0 {
				return '.'
			}
			if strings.IndexByte(f, ',') >= 0 {
				if _, ok := columns.ParseNumber(columns.WithPoint(f)); ok {
					found = ','
				}
			}
		}
	}
	return found
}

// point is the field with a decimal point.
func (d *dialect) point(field string) string {
	if d.decimal == ',' {
		return columns.WithPoint(field)
	}
	return field
}

// String names the separator.
func (d *dialect) String() string {
	return map[rune]string{',': "commas", '\t': "tabs", ';': "semicolons", '|': "bars", blank: "white space"}[d.comma]
}
