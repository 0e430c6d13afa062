package delimited

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// noNumber is the error for text where a number must be; why ends the sentence.
func (c *collector) noNumber(k int, why string) *source.FormatError {
	s := &c.state[k]
	reason := fmt.Sprintf("%q is not a number%s: write ? or nothing where a value is missing", s.text, why)
	switch pointed := columns.WithPoint(s.text); {
	case c.cols[k].ambiguous && columns.WithoutThousands(s.text, c.cols[k].thousands) != "":
		reason = c.ambiguousNumber(k)
	case c.cols[k].thousands == "." && isNumber(s.text):
		reason = fmt.Sprintf("%q is not a number where points separate thousands%s: write %s", s.text, why,
			strings.Replace(s.text, ".", ",", 1))
	case withoutGroups(s.text) != "":
		reason = fmt.Sprintf("%q is not a number%s: if its groups of digits are one, write %s", s.text, why,
			withoutGroups(s.text))
	case (c.decimal != ',' || c.cols[k].thousands == ",") && isNumber(pointed):
		if at := strings.IndexByte(s.text, ','); mayBeThousand(s.text, at) {
			pointed = strings.Replace(s.text, ",", "", 1) + " or " + pointed + ", whichever it is"
		}
		reason = fmt.Sprintf("%q is not a number where decimals have a point%s: write %s", s.text, why, pointed)
	case c.tooLarge(s.text, k):
		reason = fmt.Sprintf(
			"%q is not among the numbers that are read, which are finite and at most 3.4e38%s: write it in another "+
				"unit, or ? where a value is missing", s.text, why)
	}
	return &source.FormatError{File: c.file, Line: s.line, Column: c.cols[k].label(), Reason: reason}
}

// ambiguousNumber explains why a number is not read although other files like this one may have it.
func (c *collector) ambiguousNumber(k int) string {
	text, mark := c.state[k].text, c.cols[k].thousands
	decimal := map[string]string{".": ",", ",": "."}[mark]
	whole := strings.Replace(text, mark, "", 1)
	return fmt.Sprintf("%q may be %s or, as in training, a fraction, as other numbers of the column have thousands "+
		"separated by %q: write %[2]s or %[4]s, whichever it is",
		text, whole, mark, strings.Replace(text, mark, decimal, 1))
}

// withoutGroups is a whole number of three groups of digits or more without what is between them, as in 123.456.789; ""
// if the field is none.
func withoutGroups(field string) string {
	for _, mark := range []string{".", ","} {
		whole := columns.WithoutThousands(field, mark)
		if strings.Count(field, mark) >= 2 && !strings.Contains(whole, ".") && isNumber(whole) {
			return whole
		}
	}
	return ""
}

func isNumber(field string) bool {
	_, ok := columns.ParseCell(field)
	return ok
}

// tooLarge reports whether a field is a number beyond those that are read.
func (c *collector) tooLarge(field string, k int) bool {
	v, _ := strconv.ParseFloat(c.plain(k, field), 64)
	return math.Abs(v) > math.MaxFloat32
}

// The bounds by which a column of text is taken for one of numbers with mistakes in it.
const (
	manyNumbers = 20 // more different numbers than this are not names of categories
	fewTexts    = 5  // up to this many different texts are marks or slips
)

// mixedError is the error of the first column that checkMixed refuses, which names all others, too; nil if there is
// none.
func (c *collector) mixedError() error {
	const most = 5
	var first *source.FormatError
	var others []string
	for k := range c.cols {
		switch err := c.checkMixed(k); {
		case err == nil:
		case first == nil:
			first = err
		default:
			others = append(others, fmt.Sprintf("%s (%s on line %d)", c.cols[k].label(), strconv.Quote(c.state[k].text),
				c.state[k].line))
		}
	}
	if first == nil {
		return nil
	}
	if others != nil {
		first.Reason += fmt.Sprintf("; there is such text in %s, too: %s",
			words.Counted(len(others), "other column"), words.List(others, most))
	}
	return first
}

// checkMixed returns an error for a column of which more than half are numbers, more than
// manyNumbers different ones, and that has at most fewTexts different texts besides them. Otherwise
// one slip would turn a column of numbers into thousands of categories. If all of the texts are
// numbers that are too large, it is no column of text, however few there are.
func (c *collector) checkMixed(k int) *source.FormatError {
	s := &c.state[k]
	if c.cols[k].fixed || s.line == 0 {
		return nil
	}
	numbers, large := 0, 0
	var texts []string
	for _, level := range s.dict.Levels() {
		switch {
		case c.isNumber(level, k):
			numbers++
		case c.tooLarge(level, k):
			large++
			fallthrough
		default:
			texts = append(texts, level)
		}
	}
	switch {
	case large > 0 && large == len(texts) && !s.overflow:
		return c.noNumber(k, "")
	case 2*s.numbers <= s.present:
		return nil
	}
	if numbers <= manyNumbers || len(texts) > fewTexts {
		return nil
	}
	err := c.noNumber(k,
		fmt.Sprintf("%s, but %s of %s values of this column are", c.norAre(k, texts),
			words.Group(s.numbers), words.Group(s.present)))
	if k < c.inputs {
		err.Reason += ", or leave the column out (--drop)"
	}
	if len(c.lines) > 0 && s.line == int(c.lines[0]) {
		switch {
		case c.header:
			err.Reason += "; or, if this line is part of the header, remove it or the one above it"
		case c.o.Header == table.FindHeader:
			err.Reason += "; or, if this line has the names of the columns, " + c.namesAreHere()
		}
	}
	return err
}

// norAre names the texts of a column besides the first one of them.
func (c *collector) norAre(k int, texts []string) string {
	var others []string
	for _, text := range texts {
		if text != c.state[k].text {
			others = append(others, strconv.Quote(text))
		}
	}
	switch len(others) {
	case 0:
		return ""
	case 1:
		return ", nor is " + others[0]
	}
	return ", nor are " + words.List(others, fewTexts)
}
