package sealed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// decodeStrict is json.Unmarshal, but accepts neither members that v does not have nor duplicate members, of which
// json.Unmarshal would take the last.
func decodeStrict(text []byte, v any) error {
	if err := distinctMembers(json.NewDecoder(bytes.NewReader(text))); err != nil {
		return err
	}
	return DecodeKnown(text, v)
}

// DecodeKnown is json.Unmarshal, but does not accept members that v does not have.
func DecodeKnown(text []byte, v any) error {
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
// this: U+017F and U+212A are other cases of s and k.
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
			name = strings.ToLower(strings.ToUpper(name))
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
