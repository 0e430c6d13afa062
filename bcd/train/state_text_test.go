package train

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTextsThatWouldNotBeReadAreNotSaved(t *testing.T) {
	text, file := strings.Repeat("x", 1024), new(bytes.Buffer)
	fields := func(s *State) { s.In("choice", func(s *State) { s.Text("name", &text) }) }
	require.NoError(t, WriteState(file, nil, fields))
	require.NoError(t, ReadState(file, fields))

	var stateError *StateError
	text += "x"
	err := WriteState(io.Discard, nil, fields)
	require.ErrorAs(t, err, &stateError)
	require.ErrorContains(t, err, "choice.name has 1025 bytes, more than 1024")

	longer := func(s *State) {
		b := []byte(text)
		s.In("choice", func(s *State) { s.Bytes("name", &b, len(b)) })
	}
	require.NoError(t, WriteState(file, nil, longer))
	require.ErrorAs(t, ReadState(file, fields), &stateError)
}
