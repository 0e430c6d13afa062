package report

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestThePageOfDataNamesEveryColumnOfATrace(t *testing.T) {
	page, err := os.ReadFile("../../docs/data.md")
	require.NoError(t, err)
	for _, name := range columnOrder {
		assert.True(t, strings.Contains(string(page), "`"+name+"`"), name)
	}
}
