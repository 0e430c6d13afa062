package fit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/words"
)

// month is the name of a month in English, or the first letters of it that others do not have.
const month = `(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|` +
	`nov(ember)?|dec(ember)?)\.?`

// dateForm is a date or a time of day, or both, as tables have them.
var dateForm = regexp.MustCompile(`(?i)^(` + strings.Join([]string{
	// 2024-02-29 10:15, 29.2.24, 02/29/2024
	`(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))($|[T ].*)`,
	`\d{8}T\d{2,6}([.,]\d+)?(Z|[-+]\d{2}:?(\d{2})?)?`,               // 20240229T101500, ISO 8601 without marks
	`\d{1,2}[-/. ]{0,2}` + month + `[-/, ]*\d{4}( .*)?`,             // 29-Feb-2024 10:15, 29 February 2024
	`\d{1,2}[-/. ]{1,2}` + month + `[-/, ]+\d{2}( .*)?`,             // 29-Feb-24
	month + ` \d{1,2},? \d{4}( .*)?`,                                // February 29, 2024
	month + `[-/ ](\d{4}|\d{2})`,                                    // Feb-24
	`\d{4}[-/ ]` + month + `([-/ ]\d{1,2})?`,                        // 2024-Feb-29
	`([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d+)?)?( ?[ap]\.?m\.?)?`, // 10:15, 9:05:30 pm
}, `|`) + `)$`)

// areDates reports whether each of these texts is a date or a time of day.
func areDates(texts []string) bool {
	return !slices.ContainsFunc(texts, func(text string) bool { return !dateForm.MatchString(text) })
}

// datesAsNumbers is what to do with dates.
const datesAsNumbers = "what is to be learnt from them has to be columns of numbers, such as the year, the month, " +
	"the days since some day or the minutes since midnight"

// DatesNote is a note about classes that are dates, of which nobody knows the future ones; "" for others.
func DatesNote(o *columns.Outputs) string {
	if o.Task != columns.Classes || o.Numeric || len(o.Classes) == 0 || !areDates(o.Classes) {
		return ""
	}
	return fmt.Sprintf(
		"the target is text that looks like dates or times, such as %q: each of the %s is a class of its own; to "+
			"predict when something is, make a number of it, such as the days since some day",
		o.Classes[0], words.Group(len(o.Classes)))
}
