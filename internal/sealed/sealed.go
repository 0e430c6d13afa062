// Package sealed writes JSON objects whose last member is a checksum of everything before it. So a file that was
// changed, by a disk or by hand, is not taken for what was written. Spaces may change.
package sealed

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

const (
	begin  = `,"checksum":"`
	digits = 16
	length = len(begin) + digits + len(`"}`)
)

// ErrNoChecksum is the error of a file that should have one.
var ErrNoChecksum = errors.New("it has lost its checksum")

// checksum is the beginning of the SHA-256 of a text.
func checksum(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:digits]
}

// Encode returns the JSON object of v with its checksum, on one line.
func Encode(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return Seal(text), nil
}

// Seal returns a JSON object, which has no spaces, with its checksum.
func Seal(object []byte) []byte {
	return fmt.Appendf(nil, `%s%s%s"}`, object[:len(object)-1], begin, checksum(object))
}

// indent writes an object over several lines.
func indent(w io.Writer, text []byte) error {
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := b.WriteTo(w)
	return err
}

// Decode reads the object that text holds into v. Members that v does not have, and duplicate ones, are errors. sealed
// reports whether it had a checksum.
func Decode(text []byte, v any) (sealed bool, err error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		return false, fmt.Errorf("it is damaged: %w", err)
	}
	body := compact.Bytes()
	if len(body) == 0 || body[0] != '{' {
		return false, errors.New("it is damaged: it is not a JSON object")
	}
	if at := len(body) - length; at > 0 && string(body[at:at+len(begin)]) == begin {
		want := string(body[at+len(begin) : len(body)-2])
		body = append(body[:at], '}')
		if checksum(body) != want {
			return true, errors.New("it is damaged: its content is not what was written, the checksum is another one")
		}
		sealed = true
	}
	if err := decodeStrict(body, v); err != nil && !sealed {
		return false, fmt.Errorf("it is damaged, or something else: it has no checksum, and %w", err)
	} else if err != nil {
		return true, err
	}
	return sealed, nil
}
