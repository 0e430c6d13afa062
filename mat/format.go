package mat

import (
	"fmt"
	"strconv"
	"strings"
)

// Format implements [fmt.Formatter]: a matrix is printed row by row, in aligned columns. It takes
// the verbs of floating-point numbers with their precision (%v, %.3g, %8.2f, …). The width is the
// least width of a column, and the flag - aligns to the left.
//
// If there are more than 12 rows or columns, only the first five and the last five are
// shown, under a line with the shape; the flag + (%+v, %+.3g) shows all of them. A
// matrix without elements is printed as its shape alone. %#v writes Go syntax.
func (m Dense[T]) Format(s fmt.State, verb rune) {
	m.check("Format", "m")
	switch {
	case verb == 'v' && s.Flag('#'):
		fmt.Fprintf(s, "%T{Rows:%d, Cols:%d, Stride:%d, Data:%#v}", m, m.Rows, m.Cols, m.Stride, m.Data)
	case !strings.ContainsRune("vbeEfFgGxX", verb):
		fmt.Fprintf(s, "%%!%c(%T=%d×%d)", verb, m, m.Rows, m.Cols)
	default:
		m.writeTable(s, verb)
	}
}

// A matrix with more than formatLimit rows or columns is printed with only formatEdge of them at
// either end, unless all are asked for.
const (
	formatLimit = 12
	formatEdge  = 5
)

func (m Dense[T]) writeTable(s fmt.State, verb rune) {
	empty := m.Rows == 0 || m.Cols == 0
	elided := !s.Flag('+') && max(m.Rows, m.Cols) > formatLimit
	if empty || elided {
		fmt.Fprintf(s, "%d×%d", m.Rows, m.Cols)
	}
	if empty {
		return
	}
	rows, cols := shown(m.Rows, elided), shown(m.Cols, elided)
	cells := m.cells(rows, cols, numberFormat(s, verb))
	widths := columnWidths(s, cells)
	for i, row := range cells {
		if i > 0 || elided {
			fmt.Fprintln(s)
		}
		if rows[i] == gap {
			fmt.Fprint(s, "⋮")
			continue
		}
		fmt.Fprint(s, "[")
		for j, cell := range row {
			if j > 0 {
				fmt.Fprint(s, " ")
			}
			fmt.Fprintf(s, "%*s", widths[j], cell)
		}
		fmt.Fprint(s, "]")
	}
}

// gap stands for the indices that are left out.
const gap = -1

// shown returns the indices of n rows or columns that are printed.
func shown(n int, elided bool) []int {
	var indices []int
	for i := 0; i < n; i++ {
		if elided && n > formatLimit && i == formatEdge {
			indices = append(indices, gap)
			i = n - formatEdge
		}
		indices = append(indices, i)
	}
	return indices
}

// numberFormat is the directive for one element. It leaves out the width, the flag - and the flag
// +: columns are padded later, and + asks for all elements.
func numberFormat(s fmt.State, verb rune) string {
	f := "%"
	for _, flag := range " #" {
		if s.Flag(int(flag)) {
			f += string(flag)
		}
	}
	if p, ok := s.Precision(); ok {
		f += "." + strconv.Itoa(p)
	}
	return f + string(verb)
}

// cells formats the elements, row by row; a row that is left out is empty.
func (m Dense[T]) cells(rows, cols []int, format string) [][]string {
	cells := make([][]string, len(rows))
	for r, i := range rows {
		if i == gap {
			continue
		}
		cells[r] = make([]string, len(cols))
		for c, j := range cols {
			cells[r][c] = "…"
			if j != gap {
				cells[r][c] = fmt.Sprintf(format, m.At(i, j))
			}
		}
	}
	return cells
}

// columnWidths returns the length of the longest cell of each column, or the requested width if
// that is larger; the column of the gap ignores the request. Negative widths align to the left.
func columnWidths(s fmt.State, cells [][]string) []int {
	least, _ := s.Width()
	widths := make([]int, len(cells[0]))
	for _, row := range cells {
		for j, cell := range row {
			w := 1
			if cell != "…" {
				w = max(least, len(cell)) // numbers are ASCII
			}
			widths[j] = max(widths[j], w)
		}
	}
	if s.Flag('-') {
		for j := range widths {
			widths[j] = -widths[j]
		}
	}
	return widths
}
