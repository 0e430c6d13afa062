package columns

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseNumberTakesDecimalFractionsOnly(t *testing.T) {
	for field, want := range map[string]float64{
		"0": 0, "-0": 0, "7": 7, "+7": 7, "-12.5": -12.5, ".28": .28, "-.5": -.5, "5.": 5, "00000": 0, "02208": 2208,
		"1e3": 1000, "1E+3": 1000, "-1.5e-7": -1.5e-7, "4.9e-324": 4.9e-324, "1e-400": 0,
		"123456789012345": 123456789012345, "1234567890123456": 1234567890123456,
		"0.123456789012345": 0.123456789012345, "0.1234567890123456789": 0.1234567890123456789,
		"1.7976931348623157e308": math.MaxFloat64, "-1.7976931348623157e308": -math.MaxFloat64,
	} {
		v, ok := ParseNumber(field)
		assert.True(t, ok, field)
		assert.Equal(t, want, v, field)
	}
	for _, field := range []string{
		"", " ", "+", "-", ".", "-.", "+.", "e5", "1e", "1.2.3", "1,5", "0x1p3", "0X10", "0x10", "1_000", "inf", "-Inf",
		"+infinity",
		"nan", "NaN", "1e400", "12x", "x12", "1 2", "--1", "+-1", "1-", "٣", "½", "1e5x", "..",
	} {
		_, ok := ParseNumber(field)
		assert.False(t, ok, field)
	}
}

func TestParseCellRefusesWhatFloat32CannotHold(t *testing.T) {
	for _, field := range []string{"3.5e38", "-1e39", "1e300"} {
		_, ok := ParseCell(field)
		assert.False(t, ok, field)
	}
	x, ok := ParseCell("3.4028234e38")
	require.True(t, ok)
	assert.EqualValues(t, math.MaxFloat32, x)
}

// digits writes a random number in one of the ways that people do.
func digits(r *rand.Rand) string {
	var b strings.Builder
	if r.IntN(3) == 0 {
		b.WriteByte("+-"[r.IntN(2)])
	}
	n := 1 + r.IntN(18)
	point := r.IntN(n + 4)
	for i := range n {
		if i == point {
			b.WriteByte('.')
		}
		b.WriteByte('0' + byte(r.IntN(10)))
	}
	if r.IntN(4) == 0 {
		b.WriteString("e" + strconv.Itoa(r.IntN(60)-30))
	}
	return b.String()
}

func TestParseNumberIsTheNearestFloat64(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200000 {
		field := digits(r)
		want, err := strconv.ParseFloat(field, 64)
		require.NoError(t, err)
		got, ok := ParseNumber(field)
		if !ok || math.Float64bits(got) != math.Float64bits(want) {
			require.Failf(t, "wrong", "%q: %v, %v, want %v", field, got, ok, want)
		}
	}
}

func TestSixteenDigitsAreTooManyForTheQuickWay(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 100_000 {
		field := strconv.FormatUint(9_100_000_000_000_000+r.Uint64N(800_000_000_000_000), 10)
		field = field[:1] + "." + field[1:]
		want, err := strconv.ParseFloat(field, 64)
		require.NoError(t, err)
		if got, ok := ParseNumber(field); !ok || got != want {
			require.Failf(t, "wrong", "%q: %v, want %v", field, got, want)
		}
	}
}

func TestFormatNumberIsReadBack(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", math.Copysign(0, -1): "0", 1: "1", -1: "-1", 2.5: "2.5", 1e21: "1e+21",
		20240131: "20240131", -1e6: "-1000000", 1<<53 - 1: "9007199254740991", 1234567.5: "1.2345675e+06",
	} {
		assert.Equal(t, want, FormatNumber(v))
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		v := math.Float64frombits(r.Uint64())
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		got, ok := ParseNumber(FormatNumber(v))
		require.True(t, ok)
		require.Equal(t, v, got)
	}
}

func TestCleanStripsWhatIsNotTheValue(t *testing.T) {
	for field, want := range map[string]string{
		"": "", " ": "", "\r": "", "a": "a", "ä": "ä", " a b\t": "a b", "\u00a0x\u00a0": "x",
		"''": "", "'-1'": "-1", " ' x ' ": "x", "'it''s'": "it''s", "'": "'", "'a": "'a", "a'": "a'",
	} {
		assert.Equal(t, want, Clean(field), "%q", field)
	}
}

func TestMissingHasManySpellings(t *testing.T) {
	for _, field := range []string{"", "?", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "<NA>", "#N/A", `\N`,
		"#DIV/0!", "#NUM!", "#VALUE!", "#REF!", "#NAME?", "#NULL!", "-nan(ind)", "-1.#IND", "1.#QNAN"} {
		assert.True(t, IsMissing(field), field)
	}
	for _, field := range []string{"Na", "na", "None", "-", ".", "0", "??", "Null", "#1", "n", "1.#INF"} {
		assert.False(t, IsMissing(field), field)
	}
}

func TestUTF8TakesOtherBytesForWindows1252(t *testing.T) {
	assert.Equal(t, "café", UTF8("café"))
	assert.Equal(t, "café", UTF8("caf\xe9"))
	assert.Equal(t, "5 €, œuvre, “it’s” – …", UTF8("5 \x80, \x9cuvre, \x93it\x92s\x94 \x96 \x85"))

	// By the standard, https://encoding.spec.whatwg.org/index-windows-1252.txt: 27 characters, and five control
	// characters.
	const from80 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	for i, want := range []rune(from80) {
		assert.Equal(t, string(want), UTF8(string([]byte{byte(0x80 + i)})))
	}
	for b := 0xa0; b <= 0xff; b++ {
		assert.Equal(t, string(rune(b)), UTF8(string([]byte{byte(b)})), "as in Latin-1")
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"1.5", "-0", "1e5", "123456789012345", ".", "0x1p1", "inf", "1_0", "9007199254740993"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, field string) {
		v, ok := ParseNumber(field)
		if !ok {
			return
		}
		want, err := strconv.ParseFloat(field, 64)
		require.NoError(t, err)
		require.Equal(t, math.Float64bits(want), math.Float64bits(v))
		require.False(t, math.IsInf(v, 0) || math.IsNaN(v))
		require.True(t, utf8.ValidString(UTF8(field)))
	})
}

func TestOnlyALoneCommaIsADecimalOne(t *testing.T) {
	for field, want := range map[string]string{
		"1,5": "1.5", "-,5": "-.5", "7,": "7.", "15": "15", "1.5": "1.5", "": "", "1,234,5": "1,234,5",
		"1,234.5": "1,234.5", "1.234,5": "1.234,5",
	} {
		assert.Equal(t, want, WithPoint(field), field)
		v, isNumber := ParseNumber(want)
		got, ok := ParseWithComma(field)
		assert.Equal(t, isNumber, ok, field)
		assert.Equal(t, v, got, field)
	}
}
