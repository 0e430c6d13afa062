package memory

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSizesAreParsed(t *testing.T) {
	for text, want := range map[string]int64{
		"500MB": 500e6, "2GB": 2e9, "1.5GB": 1.5e9, "1KB": 1000, "1KiB": 1024, "256MiB": 256 << 20, "2GiB": 2 << 30,
		"1TB": 1e12, "1TiB": 1 << 40,
		"0.5KB": 500, ".5KB": 500,
	} {
		got, err := ParseSize(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{
		"", "MB", "500", "500B", "500 MB", " 500MB", "500MB ", "-1GB", "+1GB", "0GB", "1e3MB", "0x1GB", "InfGB",
		"NaNMB", "1.2.3GB", "1,5GB",
		"1mb", "1gB", "1GBGB", "9999999999TB", "0.0001KB", "1_000MB", ".GB",
	} {
		_, err := ParseSize(text)
		assert.ErrorContains(t, err, "want a size with its unit, such as 500MB, 1.5GB or 2GiB", text)
	}
}

func TestASizeForPeopleIsNotLess(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0MB", 1: "10MB", 10e6: "10MB", 10e6 + 1: "20MB", 268435456: "270MB", 990e6: "990MB", 990e6 + 1: "1GB",
		1e9 + 1: "1.1GB", 34.7e9: "34.7GB",
	} {
		assert.Equal(t, want, RoundUp(n))
	}
	for n := int64(3); n < math.MaxInt64/8; n *= 7 {
		got, err := ParseSize(RoundUp(n))
		require.NoError(t, err)
		assert.GreaterOrEqual(t, got, n-n>>50)
	}
}
