package fit

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

func TestAnInputThatIsCalledATargetIsWarnedOf(t *testing.T) {
	for name, c := range map[string]struct {
		inputs []string
		target string
		task   columns.Task
		want   string
		warned bool
	}{
		"a label": {[]string{"Label", "size"}, "colour", columns.Classes,
			`column 1 "Label" is taken for an input: if it is what to predict, say so (--target Label)`, true},
		"in the middle": {[]string{"size", "y", "width"}, "colour", columns.Classes,
			`column 2 "y" is taken for an input: if it is what to predict, say so (--target y)`, false},
		"spaces": {[]string{" class "}, "colour", columns.Classes,
			`column 1 " class " is taken for an input: if it is what to predict, say so (--target 1)`, true},
		"coordinates":       {[]string{"X", "y"}, "colour", columns.Classes, "", false},
		"none":              {[]string{"size", "classes"}, "colour", columns.Classes, "", false},
		"two":               {[]string{"class", "label"}, "colour", columns.Classes, "", false},
		"the target is one": {[]string{"class"}, "Target", columns.Classes, "", false},
		"a class beside a price": {[]string{"class", "days"}, "price", columns.Regression,
			`column 1 "class" is taken for an input: if it is what to predict, say so (--target class)`, false},
		"a label beside a price": {[]string{"label", "days"}, "price", columns.Regression,
			`column 1 "label" is taken for an input: if it is what to predict, say so (--target label)`, true},
	} {
		t.Run(name, func(t *testing.T) {
			tab := &table.Table{At: []int{len(c.inputs)}, Targets: []table.Column{{Name: c.target}}}
			for _, name := range c.inputs {
				tab.Inputs = append(tab.Inputs, table.Column{Name: name})
			}
			got := AnotherTargetRemarks(&columns.Outputs{Task: c.task}, tab)
			assert.Equal(t, c.want, strings.Join(append(got.Notes, got.Warnings...), ""))
			assert.Equal(t, c.warned, got.Warnings != nil)
			for j := range tab.Inputs {
				tab.Inputs[j].Kind = table.Ignored
			}
			assert.Empty(t, AnotherTargetRemarks(&columns.Outputs{Task: c.task}, tab), "what is left out is no input")
		})
	}
}

func TestClassesWrittenAsSeveralTargetsAreNoted(t *testing.T) {
	for name, c := range map[string]struct {
		values  []float64
		targets int
		task    columns.Task
		noted   bool
	}{
		"one-hot":          {[]float64{1, 0, 0, 0, 0, 1}, 3, columns.Regression, true},
		"two ones":         {[]float64{1, 0, 0, 1, 0, 1}, 3, columns.Regression, false},
		"no one":           {[]float64{1, 0, 0, 0, 0, 0}, 3, columns.Regression, false},
		"another number":   {[]float64{1, 0, 0.5, 0.5}, 2, columns.Regression, false},
		"a single target":  {[]float64{1, 1}, 1, columns.Regression, false},
		"classes, however": {[]float64{1, 0, 0, 1}, 2, columns.Classes, false},
	} {
		t.Run(name, func(t *testing.T) {
			tab := &table.Table{Rows: len(c.values) / c.targets, Values: c.values,
				Targets: make([]table.Column, c.targets)}
			note := OneHotNote(&columns.Outputs{Task: c.task}, tab)
			if !c.noted {
				assert.Empty(t, note)
				return
			}
			assert.Equal(t,
				"one of the 3 targets is 1 and the others are 0 in each row: if that stands for classes, put their "+
					"names or numbers into one column, as 3 numbers are predicted here", note)
		})
	}
}
