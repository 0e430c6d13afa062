package checkpoint

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Another machine is no matter of flags; and a flag with which a training goes on is no reason why another value
// differs.
func TestFlagsThatDecideNothingAreNotBlamed(t *testing.T) {
	of := func(machine, net, epochs string, flags ...Setting) Identity {
		return Identity{
			Settings: []Setting{{"--net", net}, {"--epochs", epochs}, {Arithmetic, machine}}, Flags: flags,
			Extends: map[string]func(string) bool{"--epochs": func(theirs string) bool { return theirs == "40" }},
		}
	}
	about, err := of("avx512", "5", "40", Setting{"--epochs", ""}, Setting{"--data", "t.csv"}).Encode()
	require.NoError(t, err)
	for want, ours := range map[string]Identity{
		"its training has the arithmetic avx512, this one avx2": of("avx2", "5", "80", Setting{"--epochs", "80"},
			Setting{"--data", "elsewhere.csv"}),
		"its training has --net 5, this one 6": of("avx512", "6", "80", Setting{"--epochs", "80"},
			Setting{"--data", "t.csv"}),
		"its training has --net 5, this one 6 (flags that differ: --data t.csv, this one elsewhere.csv)": of("avx512",
			"6", "40", Setting{"--epochs", ""}, Setting{"--data", "elsewhere.csv"}),
	} {
		_, err := ours.Compare(about)
		assert.EqualError(t, err, want)
	}
}
