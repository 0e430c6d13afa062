package report

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"ridge/internal/words"
)

// Width is how many columns of a terminal the tables keep to.
const Width = 80

// none stands in tables for a number that does not exist.
const none = "–"

// newTable returns an empty table in the style that all of them share: no lines but
// one below the header.
func newTable(colour bool) table.Writer {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: true, DoNotColorBordersAndSeparators: true}
	style.Format.Header = text.FormatDefault // as written, not in capitals
	style.Color = table.ColorOptions{}
	if colour {
		style.Color.Header = text.Colors{text.Faint}
	}
	t.SetStyle(style)
	t.SuppressTrailingSpaces()
	return escaping{t}
}

// newFacts returns an empty table of facts: a name and what there is to say.
func newFacts(colour bool) table.Writer {
	t := newTable(colour)
	name := table.ColumnConfig{Number: 1}
	if colour {
		name.Colors = text.Colors{text.Faint}
	}
	t.SetColumnConfigs([]table.ColumnConfig{name, {Number: 2, WidthMax: Width - 20, WidthMaxEnforcer: wrapWords}})
	return t
}

// wrapWords breaks lines between words only, so that a long path stays in one piece.
func wrapWords(s string, width int) string {
	if !strings.Contains(s, " ") {
		return s
	}
	return text.WrapSoft(s, width)
}

// Wrap breaks the lines of a text between words so that they take at most width columns of a terminal, except for words
// that are longer, such as paths, which tables break to keep their width. Every break takes the place of a space.
func Wrap(s string, width int) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		var b strings.Builder
		used := 0
		for k, word := range strings.Split(line, " ") {
			n := text.StringWidthWithoutEscSequences(word)
			switch {
			case k == 0:
			case used+1+n > width:
				b.WriteByte('\n')
				used = 0
			default:
				b.WriteByte(' ')
				used++
			}
			b.WriteString(word)
			used += n
		}
		lines[i] = b.String()
	}
	return strings.Join(lines, "\n")
}

// paragraph wraps a text to the width of the tables, with so many spaces before each line.
func paragraph(s string, indent int) string {
	var b strings.Builder
	for i, line := range strings.Split(text.WrapSoft(s, Width-indent), "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strings.Repeat(" ", indent) + strings.TrimRight(line, " "))
	}
	return b.String()
}

// rightAligned aligns columns 1 … n to the right.
func rightAligned(n int) []table.ColumnConfig {
	configs := make([]table.ColumnConfig, n)
	for i := range configs {
		configs[i] = table.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight}
	}
	return configs
}

// render writes the tables, one below the other.
func render(w io.Writer, tables ...table.Writer) error {
	texts := make([]string, len(tables))
	for i, t := range tables {
		texts[i] = t.Render() + "\n"
	}
	_, err := io.WriteString(w, strings.Join(texts, "\n"))
	return err
}

// emphasize makes s stand out if there is colour. s must not come from a file.
func emphasize(s string, colour bool) styled {
	if !colour {
		return styled(s)
	}
	return styled(text.Colors{text.Bold, text.FgGreen}.Sprint(s))
}

// percent shows a fraction, with two decimals.
func percent(fraction float64) string {
	if math.IsNaN(fraction) {
		return none
	}
	return fmt.Sprintf("%.2f %%", 100*fraction)
}

// points is a difference of two fractions that are shown as percent.
func points(difference float64) string {
	return fmt.Sprintf("%.2f percentage points", 100*difference)
}

// errorOf shows a fraction of n samples together with how many those are.
func errorOf(fraction float64, n int) string {
	if math.IsNaN(fraction) {
		return none
	}
	return fmt.Sprintf("%s (%s of %s)", percent(fraction), words.Group(int(math.Round(fraction*float64(n)))),
		words.Group(n))
}

// decimals is how many digits after the point show v to four significant ones, or
// -1 if it takes an exponent.
func decimals(v float64) int {
	a := math.Abs(v)
	switch {
	case a == 0 || math.IsNaN(a):
		return 0
	case a < 1e-3 || a >= 1e5:
		return -1
	default:
		return max(0, 3-int(math.Floor(math.Log10(a))))
	}
}

// fixed shows v with the given number of digits after the point, or with an exponent if digits is
// -1.
func fixed(v float64, digits int) string {
	switch {
	case math.IsNaN(v):
		return none
	case digits < 0:
		return strconv.FormatFloat(v, 'e', 3, 64)
	default:
		return strconv.FormatFloat(v, 'f', digits, 64)
	}
}

// Number shows v as people type it: 0.1, 1e-4.
func Number(v float64) string {
	s := strconv.FormatFloat(v, 'g', -1, 64)
	if e := strconv.FormatFloat(v, 'e', -1, 64); len(e) < len(s) {
		s = e
	}
	return strings.NewReplacer("e-0", "e-", "e+0", "e+").Replace(s)
}

// Numbers shows a list as people type it: 0.1,1.
func Numbers(list []float64) string {
	s := make([]string, len(list))
	for i, v := range list {
		s[i] = Number(v)
	}
	return strings.Join(s, ",")
}

// seconds shows a duration, in seconds, as people say it.
func seconds(s float64) string {
	switch {
	case s < 10:
		return fmt.Sprintf("%.2f s", s)
	case s < 100:
		return fmt.Sprintf("%.1f s", s)
	default:
		return fmt.Sprintf("%.0f s", s)
	}
}

// widths shows the widths of a network: "784-300-10".
func widths(network []int) string {
	s := make([]string, len(network))
	for i, w := range network {
		s[i] = strconv.Itoa(w)
	}
	return strings.Join(s, "-")
}
