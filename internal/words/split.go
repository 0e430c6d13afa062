package words

import (
	"errors"
	"strings"
)

// Lists of names that people write are like the fields of a CSV file (RFC 4180): separated by commas, with
// quotes around a name that has a comma, and two quotes for one within quotes. Unlike there, something may follow a
// quoted name, such as the weight of a class.

// SplitNames divides a list at the commas that are not within quotes. White space around the fields is dropped; quotes
// are left in place.
func SplitNames(text string) ([]string, error) {
	var fields []string
	for {
		end, closed := fieldEnd(text)
		if !closed {
			return nil, errors.New("the quotes of " + strings.TrimSpace(text) + " are not closed")
		}
		fields = append(fields, strings.TrimSpace(text[:end]))
		if end == len(text) {
			return fields, nil
		}
		text = text[end+1:]
	}
}

// fieldEnd is where the first field of a list ends, and whether its quotes are closed. A quote that is not at the
// beginning of a field opens nothing.
func fieldEnd(text string) (end int, closed bool) {
	quoted := strings.HasPrefix(strings.TrimLeft(text, " \t"), `"`)
	within := false
	for i := range len(text) {
		switch {
		case quoted && text[i] == '"':
			within = !within
		case text[i] == ',' && !within:
			return i, true
		}
	}
	return len(text), !within
}

// Unquote returns a name without the quotes around it, if there are any. It reports false if something precedes or
// follows them.
func Unquote(text string) (string, bool) {
	inner, quoted := strings.CutPrefix(text, `"`)
	if !quoted {
		return text, true
	}
	inner, closed := strings.CutSuffix(inner, `"`)
	bare := strings.ReplaceAll(inner, `""`, "")
	return strings.ReplaceAll(inner, `""`, `"`), closed && !strings.Contains(bare, `"`)
}
