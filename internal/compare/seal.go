package compare

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A comparison writes JSON whose last member is a checksum of everything before it. So a file that was changed, by a
// disk or by hand, is not taken for a result. Spaces may change.

const (
	sealBegin  = `,"checksum":"`
	sealDigits = 16
	sealLength = len(sealBegin) + sealDigits + len(`"}`)
)

// errNoChecksum is the error of a file that should have one.
var errNoChecksum = errors.New("it has lost its checksum")

// checksum is the beginning of the SHA-256 of a text.
func checksum(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:sealDigits]
}

// seal is the JSON object of v with its checksum, on one line.
func seal(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, `%s%s%s"}`, text[:len(text)-1], sealBegin, checksum(text)), nil
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

// unseal reads the object that text holds into v, which is strict about its members. sealed
// reports whether it had a checksum.
func unseal(text []byte, v any) (sealed bool, err error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		return false, fmt.Errorf("it is damaged: %w", err)
	}
	body := compact.Bytes()
	if len(body) == 0 || body[0] != '{' {
		return false, errors.New("it is damaged: it is not a JSON object")
	}
	if at := len(body) - sealLength; at > 0 && string(body[at:at+len(sealBegin)]) == sealBegin {
		want := string(body[at+len(sealBegin) : len(body)-2])
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

// decodeStrict is json.Unmarshal, but accepts neither members that v does not have nor duplicate members, of which
// json.Unmarshal would take the last.
func decodeStrict(text []byte, v any) error {
	if err := distinctMembers(json.NewDecoder(bytes.NewReader(text))); err != nil {
		return err
	}
	return decodeKnown(text, v)
}

// decodeKnown is json.Unmarshal, but does not accept members that v does not have.
func decodeKnown(text []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more follows the JSON object")
	}
	return nil
}

// distinctMembers makes sure that no object has two members of the same name. json.Unmarshal ignores case, and so does
// this.
func distinctMembers(dec *json.Decoder) error {
	type level struct {
		members map[string]bool // nil in a list
		value   bool            // a value comes next, not a name
	}
	var levels []level
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		top := len(levels) - 1
		if name, ok := token.(string); ok && top >= 0 && levels[top].members != nil && !levels[top].value {
			name = strings.ToLower(name)
			if levels[top].members[name] {
				return fmt.Errorf("%.40q occurs twice", name)
			}
			levels[top].members[name], levels[top].value = true, true
			continue
		}
		if top >= 0 {
			levels[top].value = false
		}
		switch token {
		case json.Delim('{'):
			levels = append(levels, level{members: map[string]bool{}})
		case json.Delim('['):
			levels = append(levels, level{})
		case json.Delim('}'), json.Delim(']'):
			levels = levels[:top]
		}
	}
}
