package dataset

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/split"
)

// pairs writes rows of two numbers, a text and a class.
func pairs(row func(i int) (a, b, class int)) string {
	var text strings.Builder
	for i := range 200 {
		a, b, class := row(i)
		fmt.Fprintf(&text, "%d,%d,%s,%s\n", a, b, []string{"x", "y", "z"}[a%3], []string{"u", "v"}[class])
	}
	return text.String()
}

func TestTestSamplesThatTrainingSamplesRepeatAreNoted(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	four := pairs(func(i int) (int, int, int) { return i / 4 * 7 % 50, i / 4 * 11 % 49, i / 4 % 2 })
	once := pairs(func(i int) (int, int, int) { return i, i * i, i % 2 })
	for name, c := range map[string]struct {
		text  string
		noted bool
	}{
		"each row four times": {four, true},
		"each row once":       {once, false},
		"other classes":       {pairs(func(i int) (int, int, int) { return i / 2, i / 2 * 7 % 99, i % 2 }), false},
		"a few rows twice": {pairs(func(i int) (int, int, int) {
			return max(i, 10), max(i, 10) * 7 % 199, i / 190
		}), false},
		"few values": {pairs(func(i int) (int, int, int) { return i % 6, i % 7, i % 2 }), false},
		"ages":       {pairs(func(int) (int, int, int) { return r.IntN(60), 5, r.IntN(2) }), false},
	} {
		set, err := Load(t.Context(),
			Request{Data: file(t, "t.csv", c.text), Split: split.Amount{Count: 50}, Seed: 1})
		require.NoError(t, err)
		note := set.RepeatedNote()
		assert.Equal(t, c.noted, note != "", "%s: %s", name, note)
		if c.noted {
			assert.Contains(t, note, " of 50 test samples are the same as training samples in all columns: ")
			set.LikeMNIST = true
			assert.Empty(t, set.RepeatedNote())
		}
	}
	request := Request{Data: file(t, "t.csv", once)}
	set, err := Load(t.Context(), request)
	require.NoError(t, err)
	assert.Empty(t, set.RepeatedNote(), "there are no test samples")
	request.Test = request.Data
	set, err = Load(t.Context(), request)
	require.NoError(t, err)
	assert.Contains(t, set.RepeatedNote(), "200 of 200 test samples")
}
