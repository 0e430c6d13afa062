package compare

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The folder of a comparison may be one with other things in it.
func TestOnlyLocksOfRunsAreSwept(t *testing.T) {
	dir := t.TempDir()
	dead := ".tune_bcd_lambda1x_net-6_seed0_epochs2.lock"
	for name, text := range map[string]string{
		".build.lock": "", ".emacs.desktop.lock": "12345", ".my_seed1.lock": "mine", dead: `{"pid":1,"host":"h"}`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	before := contents(t, dir)
	newStore(dir).sweepLocks()
	delete(before, dead)
	assert.Equal(t, before, contents(t, dir))
}
