package fit

import (
	"fmt"
	"strings"
	"unicode"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// Labels returns for each row of a table the index of its class. A class that Classes does
// not have is a *source.FormatError, but for one that looks like just one of them or differs from it in punctuation at
// its ends (">50K." is ">50K"): it is taken for that class, and the notes say so.
func Labels(o *columns.Outputs, t *table.Table) (labels []int, notes []string, err error) {
	if len(t.Targets) != 1 {
		return nil, nil, source.Bad(t.Source, "it has %d targets, want one", len(t.Targets))
	}
	index := make(map[string]int, len(o.Classes))
	for i, name := range o.Classes {
		if v, isNumber := columns.ParseNumber(name); o.Numeric && isNumber {
			name = columns.FormatNumber(v) // 2139 for 02139
		}
		index[name] = i
	}
	labels = make([]int, t.Rows)
	if t.Targets[0].Kind == table.Number {
		for i, v := range t.Values {
			class, ok := index[columns.FormatNumber(v)]
			if !ok {
				return nil, nil, unknown(o, t, i, columns.FormatNumber(v))
			}
			labels[i] = class
		}
		return labels, nil, nil
	}
	of, notes, missing := classesOf(o, t.Targets[0].Levels, index)
	for i, v := range t.Values {
		level := int(v)
		if level < 0 {
			return nil, nil, unknown(o, t, i, "")
		}
		if of[level] < 0 {
			return nil, nil, unknown(o, t, i, missing[level])
		}
		labels[i] = of[level]
	}
	return labels, notes, nil
}

// classesOf finds the class of each level, -1 if there is none; missing is then its name.
func classesOf(o *columns.Outputs, levels []string,
	index map[string]int) (of []int, notes []string, missing map[int]string) {
	loose := map[string]int{}
	for i, name := range o.Classes {
		key := looseName(name)
		if _, twice := loose[key]; twice {
			i = -1
		}
		loose[key] = i
	}
	of = make([]int, len(levels))
	missing = map[int]string{}
	for k, level := range levels {
		class, ok := index[level]
		if o.Numeric && !ok {
			if v, isNumber := columns.ParseNumber(level); isNumber {
				class, ok = index[columns.FormatNumber(v)]
			}
		}
		if !ok {
			if i, near := loose[looseName(level)]; near && i >= 0 && !o.Numeric {
				class, ok = i, true
				d := table.DifferenceOf(level, o.Classes[i])
				notes = append(notes,
					fmt.Sprintf("the class %s is taken for %s", d.Quote(level), d.Quote(o.Classes[i])))
			}
		}
		if !ok {
			class, missing[k] = -1, level
		}
		of[k] = class
	}
	return of, notes, missing
}

// looseName is the same for names that look alike, without punctuation at their ends.
func looseName(name string) string {
	return strings.TrimFunc(table.AlikeKey(name), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(`.,;:!"'`, r)
	})
}

// unknown is the error for the class of a row that Classes does not have.
func unknown(o *columns.Outputs, t *table.Table, row int, class string) error {
	const most = 20
	where := fmt.Sprintf(" of sample %d", row+1)
	if t.Lines != nil {
		where = fmt.Sprintf(" on line %d", t.Lines[row])
	}
	return bad(o, t, 0, "the class %q%s is not in the training data, which has %s",
		class, where, words.Names(o.Classes, most))
}
