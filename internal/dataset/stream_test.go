package dataset

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestDevicesWithoutEndAreRefusedAtTheirBeginning: nothing is copied of them, which would fail here.
func TestDevicesWithoutEndAreRefusedAtTheirBeginning(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "absent"))
	for _, device := range []string{"/dev/zero", "/dev/urandom"} {
		if _, err := os.Stat(device); err != nil {
			t.Skipf("%v", err)
		}
		_, err := Load(t.Context(), Request{Data: device})
		_, unknown := errors.AsType[*UnknownFormatError](err)
		assert.True(t, unknown, "%v", err)
	}
}
