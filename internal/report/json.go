package report

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
)

// JSONNumber is a float64 that is null in JSON, which has no NaN or infinity, if it is not finite. Null is read as NaN.
type JSONNumber float64

// MarshalJSON implements json.Marshaler.
func (n JSONNumber) MarshalJSON() ([]byte, error) {
	if v := float64(n); !math.IsNaN(v) && !math.IsInf(v, 0) {
		return json.Marshal(v)
	}
	return []byte("null"), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *JSONNumber) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*n = JSONNumber(math.NaN())
		return nil
	}
	return json.Unmarshal(text, (*float64)(n))
}

// object is a JSON object whose members keep their order.
type object []member

// member is a name and a value of an object; a float64 may be NaN.
type member struct {
	name  string
	value any
}

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := enc.Encode(m.name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		value := m.value
		if v, ok := value.(float64); ok {
			value = JSONNumber(v)
		}
		if err := enc.Encode(value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
