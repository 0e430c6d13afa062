package delimited

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestMain has the collector run seldom: the tests make much garbage, and little of it lives long.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}
