package source

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"golang.org/x/text/encoding/unicode"
	"ridge/internal/dataset/datasettest"
)

func TestUTF16WithAMarkBecomesUTF8(t *testing.T) {
	text := strings.Repeat("größe\tŁódź\t🍇\r\n", 20000)
	for _, order := range []unicode.Endianness{unicode.LittleEndian, unicode.BigEndian} {
		wide, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(text)
		require.NoError(t, err)
		for _, content := range [][]byte{[]byte(wide), datasettest.Gzip(wide)} {
			f, err := OfBytes(t.Context(), "f", content)
			require.NoError(t, err)
			assert.Equal(t, text, readAll(t, f))
			assert.Equal(t, text[:Buffer], string(f.Head()))
			assert.False(t, f.Probe().Binary())
		}
	}
}

func TestWhatOnlyLooksLikeUTF16(t *testing.T) {
	for content, want := range map[string]string{
		"":                              "",
		"\xff":                          "\xff",
		"\xff\xfe":                      "",
		"\xfe\xff\x00a":                 "a",
		"\xff\xfea\x00b":                "a\ufffd",                       // half a character
		"\xff\xfe\x00\xd8b\x00":         "\ufffdb",                       // half of a pair
		"\xff\xfe\x00\x00a\x00\x00\x00": "\xff\xfe\x00\x00a\x00\x00\x00", // UTF-32
		"a\x00\xff\xfe":                 "a\x00\xff\xfe",
		"\xef\xbb\xbfa":                 "\xef\xbb\xbfa",
	} {
		f, err := OfBytes(t.Context(), "f", []byte(content))
		require.NoError(t, err)
		assert.Equal(t, want, readAll(t, f), "%q", content)
		r, err := f.Reader()
		require.NoError(t, err)
		assert.False(t, r.Lost(), "%q", content)
		_, err = io.Copy(io.Discard, r)
		require.NoError(t, err)
		assert.Equal(t, strings.Contains(want, "\ufffd"), r.Lost(), "%q", content)
	}
}

func TestAPackedTextInUTF16ThatIsCutIsAnError(t *testing.T) {
	text := strings.Repeat("größe\n", 50000)
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	require.NoError(t, err)
	content := datasettest.Gzip(wide)
	f, err := OfBytes(t.Context(), "f", content[:len(content)-9])
	if err == nil {
		var r *Reader
		r, err = f.Reader()
		require.NoError(t, err)
		b := make([]byte, 1<<20)
		for err == nil {
			_, err = r.Read(b)
		}
	}
	var bad *FormatError
	require.ErrorAs(t, err, &bad)
	assert.ErrorContains(t, err, "f: ")
}
