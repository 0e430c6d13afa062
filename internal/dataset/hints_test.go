package dataset

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
)

func TestATargetThatNobodyHasNamedMayBeAnother(t *testing.T) {
	path := file(t, "t.csv", "size,label,weight\n1,a,2.5\n2,b,3\n3,a,4\n")
	warning := `column 2 "label" is taken for an input: if it is what to predict, say so (--target label)`
	d, err := Read(t.Context(), Request{Data: path})
	require.NoError(t, err)
	assert.Contains(t, d.Warnings, warning)
	for _, target := range []string{"weight", "label"} {
		d, err = Read(t.Context(), Request{Data: path, Targets: []string{target}})
		require.NoError(t, err)
		assert.NotContains(t, d.Warnings, warning)
	}
}

// Of handwritten digits as tables have them, the last pixel is 0 in each row.
func TestTheErrorAboutATargetThatNobodyHasNamedSaysHowToNameOne(t *testing.T) {
	const last = "; it is the target as none was named: "
	names := "a,b\n"
	for i := range 30 {
		names += fmt.Sprintf("%d,user%d\n", i, i)
	}
	for name, c := range map[string]struct {
		text    string
		targets []string
		want    string
	}{
		"one number": {"label,p0,p1\n5,3,0\n4,7,0\n5,1,0\n", nil, `column 3 "p1": all samples have the value 0` +
			last + `if column 1 "label" is what to predict, say so (--target label)`},
		"one text": {"5,3,town\n4,7,town\n", nil, `column 3: all samples are of the class "town"` + last +
			"--target N names another one"},
		"names":                {names, nil, "(the task classes takes them for that)" + last + "--target N names"},
		"the target was named": {"label,p0,p1\n5,3,0\n4,7,0\n", []string{"p1"}, "all samples have the value 0$"},
	} {
		_, err := Read(t.Context(), Request{Data: file(t, "t.csv", c.text), Targets: c.targets})
		require.Error(t, err, name)
		assert.Contains(t, err.Error()+"$", c.want, name)
	}
}

func TestClassesInTheFirstColumnAreWarnedOf(t *testing.T) {
	const warning = "column 1 is the only text, and is taken for an input, as the target is column 3: if it is what " +
		"to predict, say so (--target 1)"
	rows := func(format string) string {
		var b strings.Builder
		for i := range 40 {
			fmt.Fprintf(&b, format+"\n", string(rune('A'+i%4)), i%7, i%5, i)
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		text    string
		targets []string
		want    bool
	}{
		"letters":              {rows("%[1]s,%[2]d,%[3]d"), nil, true},
		"the target was named": {rows("%[1]s,%[2]d,%[3]d"), []string{"3"}, false},
		"a header":             {"letter,x,z\n" + rows("%[1]s,%[2]d,%[3]d"), nil, false},
		"another text":         {rows("%[1]s,t%[2]d,%[3]d"), nil, false},
		"a text as the target": {rows("%[1]s,%[2]d,c%[3]d"), nil, false},
		"a measured target":    {rows("%[1]s,%[2]d,%[4]d.5"), nil, false},
		"names of the rows":    {rows("%[1]s%[4]d,%[2]d,%[3]d"), nil, false},
		"not the first column": {rows("%[2]d,%[1]s,%[3]d"), nil, false},
	} {
		d, err := Read(t.Context(), Request{Data: file(t, "t.csv", c.text), Targets: c.targets})
		require.NoError(t, err, name)
		assert.Equal(t, c.want, slices.Contains(d.Warnings, warning), "%s: %v", name, d.Warnings)
	}
}

func TestNumbersOfClassesInTheFirstColumnAreWarnedOf(t *testing.T) {
	const warning = "column 1 is the only one with few whole numbers, as classes have, and is taken for an input, as " +
		"the target is column 3: if it is what to predict, say so (--target 1)"
	rows := func(format string) string {
		var b strings.Builder
		for i := range 80 {
			fmt.Fprintf(&b, format+"\n", i%3, 7*i%80, i*i)
		}
		return b.String()
	}
	const measured = ",%[2]d.5,%[3]d"
	for name, c := range map[string]struct {
		text    string
		request Request
		want    bool
	}{
		"from 0":               {rows("%[1]d" + measured), Request{}, true},
		"taken for classes":    {rows("%[1]d" + measured), Request{Task: columns.Classes}, true},
		"a regression":         {rows("%[1]d" + measured), Request{Task: columns.Regression}, false},
		"from 10":              {rows("1%[1]d" + measured), Request{}, false},
		"measured":             {rows("%[2]d" + measured), Request{}, false},
		"a gap":                {rows("%[1]d"+measured) + ",1,1\n", Request{}, false},
		"one of its kind":      {rows("%[1]d"+measured) + "3,1,1\n", Request{}, false},
		"a single number":      {rows("1" + measured), Request{}, false},
		"another such column":  {rows("%[1]d,%[1]d,%[3]d"), Request{}, false},
		"a text":               {rows("%[1]d,t%[2]d,%[3]d"), Request{}, false},
		"a target of classes":  {rows("%[1]d,%[2]d.5,%[1]d"), Request{}, false},
		"the target was named": {rows("%[1]d" + measured), Request{Targets: []string{"3"}}, false},
		"no other input":       {rows("%[1]d,%[3]d"), Request{}, false},
		"a header":             {"kind,x,y\n" + rows("%[1]d"+measured), Request{}, false},
	} {
		c.request.Data = file(t, "t.csv", c.text)
		d, err := Read(t.Context(), c.request)
		require.NoError(t, err, name)
		assert.Equal(t, c.want, slices.Contains(d.Warnings, warning), "%s: %v", name, d.Warnings)
		assert.Equal(t, c.want, strings.Contains(strings.Join(d.Warnings, " "), "classes have"), name)
	}
}

func TestTargetsThatLookLikeClassesAreNoted(t *testing.T) {
	note := func(text string) bool {
		d, err := Read(t.Context(), Request{Data: file(t, "t.csv", text), Targets: []string{"a", "b"}})
		require.NoError(t, err)
		return slices.Contains(d.Notes,
			"one of the 2 targets is 1 and the others are 0 in each row: if that stands for classes, put their names "+
				"or numbers into one column, as 2 numbers are predicted here")
	}
	assert.True(t, note("x,a,b\n1,0,1\n2,1,0\n3,0,1\n"))
	assert.False(t, note("x,a,b\n1,0,1\n2,1,1\n3,0,0\n"))
}
