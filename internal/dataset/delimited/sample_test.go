package delimited

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

// lines are more than a block of them.
func lines(line string) string { return strings.Repeat(line, 1+blockSize/len(line)) }

// TestAFileIsJudgedByRecords, not by lines, of which a field in quotes may have many.
func TestAFileIsJudgedByRecords(t *testing.T) {
	text := lines("some words\n\n")
	got, err := readText(t, "id,text,label\n1,\""+text+"\",0\n2,b,1\n", table.Options{})
	require.NoError(t, err)
	assert.Equal(t, "label", got.Targets[0].Name)
	assert.Equal(t, []float64{0, 1}, got.Values)
	assert.Equal(t, []string{"id", "text"}, []string{got.Inputs[0].Name, got.Inputs[1].Name})
	assert.Equal(t, table.Number, got.Inputs[0].Kind)
}

func TestAQuoteThatIsNeverClosed(t *testing.T) {
	const open = `line 1: a quoted field that goes on after its closing ", or has none`
	requireRefused(t, map[string]badTable{
		"of few lines":   {"a,\"b,y\n1,2,3\n4,5,6\n", table.Options{}, open},
		"of some blocks": {"a,\"b,y\n" + lines("1,2,3\n"), table.Options{}, open},
		"of too many": {"a,\"b,y\n" + strings.Repeat(lines("1,2,3\n"), 1+MaxRecord/blockSize), table.Options{},
			"line 1: the record has more than 16 MB: is a quote never closed?"},
	})
}

// Between white space a quote inside of a field is a character like any other, in files of any size.
func TestAQuoteInAFieldBetweenWhiteSpaceEndsWithTheLine(t *testing.T) {
	row := "1.5 2 " + strings.Repeat(" ", 1000) + "7\n3 \"4\" 8\n"
	for _, n := range []int{1, 1 + blockSize/len(row), 1 + MaxRecord/len(row)} {
		got, err := readText(t, "size\" weight y\n"+strings.Repeat(row, n), table.Options{})
		require.NoError(t, err, "%d rows", 2*n)
		assert.Equal(t, "size\"", got.Inputs[0].Name)
		assert.Equal(t, 2*n, got.Rows)
		assert.EqualValues(t, 1+2*n, got.Lines[2*n-1])
		assert.Equal(t, []float32{1.5, 2, 3, 4}, got.Cells[4*n-4:])
	}
}

func TestEndsOfRecordsAreCounted(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "a": 0, "a\n": 1, "a\nb": 1, "a\n\n \nb\n": 2, "\"a\nb\"\n": 1, "\"a\nb\n": 0, "a\n\"\"\n\"\n\n\"": 2,
		"1\n2\n3\n4\n5\n": 3,
	} {
		assert.Equal(t, want, recordEnds([]byte(text), 3), "%q", text)
	}
}
