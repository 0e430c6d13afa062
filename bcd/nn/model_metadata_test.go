package nn

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOtherMetadataSurvive(t *testing.T) {
	net := tableNetwork[float32](t)
	net.Metadata = map[string]string{"samples": `{"rows": 3}`, "author": "Zoë"}
	clone := net.Clone()
	clone.Metadata["author"] = "somebody else"
	require.Equal(t, "Zoë", net.Metadata["author"])

	file := encode(t, net)
	back, err := Decode[float32](bytes.NewReader(file), "x")
	require.NoError(t, err)
	require.Equal(t, net, back)
	require.Equal(t, file, encode(t, back), "the same network gives the same bytes")
}

func TestMetadataThatCannotBeStoredAreRefused(t *testing.T) {
	many := map[string]string{}
	for i := range maxMembers {
		many[fmt.Sprint(i)] = ""
	}
	for want, metadata := range map[string]map[string]string{
		`the key "sha256" belongs to the format`: {sumKey: "0"},
		`the key "columns" belongs`:              {columnsKey: "{}"},
		`"a" is not UTF-8`:                       {"a": "\xff"},
		`"\xff" is not UTF-8`:                    {"\xff": "a"},
		"texts: want at most":                    many,
	} {
		net := tableNetwork[float32](t)
		net.Metadata = metadata
		var spec *SpecError
		err := net.Validate()
		require.ErrorAs(t, err, &spec, want)
		assert.ErrorContains(t, err, want)
	}
}

// TestEveryKeyOfTheFormatIsReserved: one that is not would be read as another text, and written twice.
func TestEveryKeyOfTheFormatIsReserved(t *testing.T) {
	c, err := readHeader(bytes.NewReader(encode(t, tableNetwork[float32](t))))
	require.NoError(t, err)
	require.Len(t, c.metadata, len(reserved))
	assert.Nil(t, c.otherMetadata())
}
