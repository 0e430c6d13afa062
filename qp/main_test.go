package qp

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestMain has the collector run seldom: the tests make thousands of small problems, which do not live long.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}
