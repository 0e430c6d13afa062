package checkpoint

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnIdentitySaysWhichSettingsDiffer(t *testing.T) {
	one := Identity{Settings: []Setting{{"--a", "1"}, {"--b", "2"}}, Program: "program"}
	about, err := one.Encode()
	require.NoError(t, err)
	theirs, err := one.Compare(about)
	require.NoError(t, err)
	assert.Equal(t, one, theirs)
	for _, c := range []struct {
		settings []Setting
		want     string
	}{
		{[]Setting{{"--a", "1"}, {"--b", "3"}}, "its training has --b 2, this one 3"},
		{[]Setting{{"--a", "1"}}, "its training has --b 2, this one (none)"},
		{[]Setting{{"--a", "1"}, {"--b", "2"}, {"--c", "x"}}, "its training has --c (none), this one x"},
	} {
		_, err := Identity{Settings: c.settings}.Compare(about)
		var other *OtherTrainingError
		require.ErrorAs(t, err, &other)
		assert.Equal(t, c.want, err.Error())
	}
	longer := Identity{Settings: []Setting{{"--a", "1"}, {"--b", "3"}},
		Extends: map[string]func(string) bool{"--b": func(theirs string) bool { return theirs < "3" }}}
	_, err = longer.Compare(about)
	require.NoError(t, err)
	about, err = Identity{Settings: []Setting{{"--a", "1"}, {"--b", "4"}}}.Encode()
	require.NoError(t, err)
	_, err = longer.Compare(about)
	require.EqualError(t, err, "its training has --b 4, this one 3")
	_, err = one.Compare([]byte("{"))
	require.ErrorContains(t, err, "does not say what training it is of")
}

// No flag leads to another instruction set: those that differ, as where the files are, are not worth a word then.
func TestFlagsDoNotExplainWhyTheArithmeticDiffers(t *testing.T) {
	of := func(isa, data string) Identity {
		return Identity{Settings: []Setting{{Samples, "12"}, {Arithmetic, isa}}, Flags: []Setting{{"--data", data}}}
	}
	about, err := of("avx512", "/a/t.csv").Encode()
	require.NoError(t, err)
	_, err = of("avx2", "/b/t.csv").Compare(about)
	require.EqualError(t, err, "its training has the arithmetic avx512, this one avx2")
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
			"its training has --net 5, this one 6 (flags that differ: --choose-lambda (none), this one no)"},
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

// With fewer rounds a training does not go on either, but they make no other samples.
func TestALengthDoesNotExplainWhyTheSamplesDiffer(t *testing.T) {
	of := func(sum, epochs, target string) Identity {
		length := Setting{"--epochs", epochs}
		return Identity{
			Settings: []Setting{{Samples, sum}, length}, Flags: []Setting{length, {"--target", target}},
			Extends: map[string]func(string) bool{"--epochs": func(theirs string) bool { return theirs <= epochs }},
		}
	}
	about, err := of("12", "40", "a").Encode()
	require.NoError(t, err)
	for _, c := range []struct {
		ours Identity
		want string
	}{
		{of("34", "20", "a"), "its training has the samples 12, this one 34"},
		{of("34", "60", "a"), "its training has the samples 12, this one 34"},
		{of("34", "20", "b"), "its training has --target a, this one b"},
		{of("12", "20", "a"), "its training has --epochs 40, this one 20"},
	} {
		_, err := c.ours.Compare(about)
		require.EqualError(t, err, c.want)
	}
	_, err = of("12", "60", "b").Compare(about)
	require.NoError(t, err)
}
