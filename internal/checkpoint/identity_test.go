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
		"its training has --net 5, this one 6 (--data t.csv, this one elsewhere.csv)": of("avx512", "6", "40",
			Setting{"--epochs", ""}, Setting{"--data", "elsewhere.csv"}),
	} {
		_, err := ours.Compare(about)
		assert.EqualError(t, err, want)
	}
}

// TestFlagsExplainWhyTheSamplesDiffer: a checksum means nothing to anybody.
func TestFlagsExplainWhyTheSamplesDiffer(t *testing.T) {
	of := func(sum, options string, flags ...Setting) Identity {
		return Identity{Settings: []Setting{{Samples, sum}, {"--net", options}}, Flags: flags}
	}
	theirs := of("12", "5", Setting{"--target", "a"}, Setting{"--limit", ""}, Setting{"--data", "d.csv"})
	for _, c := range []struct {
		ours Identity
		want string
	}{
		{of("12", "5", Setting{"--target", "1"}), ""},
		{of("34", "6", Setting{"--target", "b"}, Setting{"--limit", ""}, Setting{"--data", "d.csv"}),
			"its training has --target a, this one b"},
		{of("34", "5", Setting{"--target", "b"}, Setting{"--limit", "9"}, Setting{"--data", "d.csv"}),
			"its training has --target a and --limit (none), this one --target b and --limit 9"},
		{of("34", "5", theirs.Flags...), "its training has the samples 12, this one 34"},
		{of("12", "6", Setting{"--target", "a"}, Setting{"--data", "d.csv"}), "its training has --net 5, this one 6"},
		// The choice before the training made other layers of the same samples.
		{of("12", "6", Setting{"--target", "a"}, Setting{"--data", "d.csv"}, Setting{"--choose-lambda", "no"}),
			"its training has --net 5, this one 6 (--choose-lambda (none), this one no)"},
		{of("12", "6", Setting{"--target", "a"}, Setting{"--net", "6"}), "its training has --net 5, this one 6"},
	} {
		about, err := theirs.Encode()
		require.NoError(t, err)
		if _, err = c.ours.Compare(about); c.want == "" {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, c.want)
	}
	theirs.Flags = nil // a program before this one
	about, err := theirs.Encode()
	require.NoError(t, err)
	_, err = of("34", "5", Setting{"--target", "b"}).Compare(about)
	require.EqualError(t, err, "its training has the samples 12, this one 34")
}
