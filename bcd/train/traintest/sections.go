package traintest

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Sections says how a saved state is laid out: its version, and then a line for each section with its kind, how many
// numbers it has, and its name. A state with other sections can't be read.
func Sections(t testing.TB, state []byte) (version string, sections []string) {
	t.Helper()
	version, rest, ok := strings.Cut(string(state), "\n")
	require.True(t, ok)
	size := map[byte]int{'e': 1, 'b': 1, 'i': 8, 'f': 4, 'd': 8}
	for len(rest) > 0 {
		n := int(rest[0])
		name, kind := rest[1:1+n], rest[1+n]
		count := int(binary.LittleEndian.Uint64([]byte(rest[2+n:])))
		require.Contains(t, size, kind)
		sections = append(sections, strings.TrimRight(fmt.Sprintf("%c %d %s", kind, count, name), " "))
		rest = rest[n+10+count*size[kind]+4:] // with its checksum
	}
	return version, sections
}
