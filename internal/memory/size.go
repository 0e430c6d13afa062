package memory

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ParseSize parses a number of bytes, at least 1, with its unit: KB, MB, GB and TB are powers of 1000, KiB, MiB, GiB
// and TiB of 1024. The number is decimal, such as 1.5GB: without a sign, an exponent or spaces.
func ParseSize(text string) (int64, error) {
	for _, unit := range []struct {
		name  string
		bytes float64
	}{
		{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12},
		{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	} {
		digits, ok := strings.CutSuffix(text, unit.name)
		if !ok || strings.Trim(digits, "0123456789.") != "" {
			continue
		}
		if n, err := strconv.ParseFloat(digits, 64); err == nil && n*unit.bytes >= 1 && n*unit.bytes < math.MaxInt64 {
			return int64(n * unit.bytes), nil
		}
	}
	return 0, fmt.Errorf("%q: want a size with its unit, such as 500MB, 1.5GB or 2GiB", text)
}

// RoundUp is a size of at least n bytes as [ParseSize] takes it, for people: in tens of megabytes, or from a gigabyte
// on in tenths of gigabytes.
func RoundUp(n int64) string {
	const ten, tenth = 10e6, 100e6
	if n <= 990e6 {
		return fmt.Sprintf("%.0fMB", 10*math.Ceil(float64(n)/ten))
	}
	return strconv.FormatFloat(math.Ceil(float64(n)/tenth)/10, 'f', -1, 64) + "GB"
}
