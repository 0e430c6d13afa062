package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"

	"ridge/bcd/nn/columns"
)

// A reader can't tell a number that is cut off from one that is not.
func TestPredictionsThatEndEarlyEndWithAWholeLine(t *testing.T) {
	const n = 1000 // their text is longer than a buffer
	diverged := errors.New("a number is too large")
	numbers := &columns.Outputs{Task: columns.Regression, Targets: []columns.Target{{Name: "y", Divisor: 1}}}
	for _, ending := range []error{diverged, context.Canceled, nil} {
		for name, facts := range map[string]modelFacts{
			"classes": {classes: []string{"cat"}}, "numbers": {outputs: numbers},
		} {
			for _, format := range []string{"", standardOutput} {
				var out strings.Builder
				cmd := new(cobra.Command)
				cmd.SetOut(&out)
				cmd.SetErr(&out)
				cmd.SetContext(t.Context())
				q := &question{modelFacts: facts, say: newSpeaker(cmd)}
				q.each = func(_ context.Context, visit func(int, []float64) error) error {
					for i := range n {
						if err := visit(i, []float64{0.123456789}); err != nil {
							return err
						}
					}
					return ending
				}
				f := &predictFlags{json: output{"--json", format}}
				assert.Equal(t, ending, f.answer(cmd, q), name)
				lines := strings.SplitAfter(out.String(), "\n")
				want := n
				if format == "" {
					want++ // the header
				}
				assert.Len(t, lines, want+1, name)
				assert.Empty(t, lines[len(lines)-1], name)
				assert.Contains(t, lines[len(lines)-2], fmt.Sprint(n-1), name)
			}
		}
	}
}
