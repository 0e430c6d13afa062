// Package thorough says how much tests should try.
package thorough

import (
	"os"
	"testing"
)

// Tests reports whether the long lists of sizes and random problems are wanted: where the environment has
// RIDGE_TESTS=all and tests are not -short. Without it each behaviour is tested, with fewer sizes and problems, so that
// all packages together take less than a minute.
func Tests() bool { return Asked() && !testing.Short() }

// Asked reports whether the environment has RIDGE_TESTS=all or long. Unlike [Tests] it may be called before the flags
// are parsed.
func Asked() bool { return os.Getenv("RIDGE_TESTS") == "all" || Long() }

// Long reports whether tests of a minute are wanted, too: where the environment has RIDGE_TESTS=long.
func Long() bool { return os.Getenv("RIDGE_TESTS") == "long" }
