package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The word after a flag that needs a value is that value, even if it looks like a flag whose value is optional.
func TestOptionalValuesAreJoinedToTheirFlags(t *testing.T) {
	for line, want := range map[string]string{
		"--json r.json --net 5":        "--json=r.json --net 5",
		"--json - --net 5":             "--json=- --net 5",
		"--json --net 5":               "--json --net 5",
		"--save --json r.json":         "--save --json r.json",
		"--json":                       "--json",
		"eval --model --json x":        "eval --model --json x",
		"eval --json x --model m":      "eval --json=x --model m",
		"--resume yes":                 "--resume yes",
		"predict --json=a --scores no": "predict --json=a --scores no",
	} {
		assert.Equal(t, strings.Fields(want), joinOptional(newTrain(), strings.Fields(line)), line)
	}
}
