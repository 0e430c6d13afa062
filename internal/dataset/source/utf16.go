package source

import (
	"bytes"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// asUTF8 returns what r reads, in UTF-8 and without the byte order mark if it is text in UTF-16 that begins with one:
// what Excel saves as Unicode text. Nothing else that is read here begins so; UTF-32 does, and stays as it is. What is
// no UTF-16 becomes U+FFFD, and lost is set.
func asUTF8(r io.Reader, lost *bool) io.Reader {
	head := make([]byte, 4)
	n, _ := io.ReadFull(r, head) // an error comes again
	all := io.MultiReader(bytes.NewReader(head[:n]), r)
	begins := string(head[:n])
	if strings.HasPrefix(begins, "\xff\xfe\x00\x00") ||
		!strings.HasPrefix(begins, "\xff\xfe") && !strings.HasPrefix(begins, "\xfe\xff") {
		return all
	}
	decoder := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
	return transform.NewReader(all, &watched{Transformer: decoder, lost: lost})
}

// watched is a decoder that sets lost when it writes U+FFFD, which no text has that has lost nothing.
type watched struct {
	transform.Transformer
	lost *bool
}

// Transform implements transform.Transformer.
func (w *watched) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	nDst, nSrc, err = w.Transformer.Transform(dst, src, atEOF)
	*w.lost = *w.lost || bytes.Contains(dst[:nDst], []byte("\ufffd"))
	return nDst, nSrc, err
}
