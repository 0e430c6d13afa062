package cli

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/bcd/train"
	"ridge/internal/compare"
	"ridge/internal/misuse"
	"ridge/internal/sealed"
)

// TestAMillionRandomBytesAreRefusedInLittleMemory by whatever reads files of the program's own. Those of data sets have
// a test in package dataset.
func TestAMillionRandomBytesAreRefusedInLittleMemory(t *testing.T) {
	const size = 1 << 20
	r := rand.New(rand.NewPCG(1, 2))
	from := func(prefix, letters string) []byte { return misuse.Bytes(r, size, prefix, letters) }
	anything := misuse.AnyByte()
	header := string(binary.LittleEndian.AppendUint64(nil, size-8))
	contents := map[string][]byte{
		"anything": from("", anything), "zeros": make([]byte, size), "digits": from("", "0123456789"),
		"brackets": from("", "["),
		"braces":   from("", `{"a":`), "JSON": from("", `{}[],:"a1e `), "lines": from("", "\n"),
		"a header of anything": from(header, anything), "a header of JSON": from(header, `{}[],:"a1`),
		"a header of brackets": from(header+`{"__metadata__":`, "["),
		"a header that claims": from(string(binary.LittleEndian.AppendUint64(nil, 1<<62)), anything),
		"a state":              from(magicOfStates(t), anything),
		"members": from(`{"plan":{"networks":[`+strings.Repeat(`{"hidden":[1]},`, 1000),
			`{"hidden":[1]},`),
		"a trace": from(`{"trace":[`, "{},"),
		"gzip":    from("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00", anything),
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write(bytes.Repeat([]byte(" "), 64*size))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	contents["packed"] = packed.Bytes()
	dir := t.TempDir()
	for name, content := range contents {
		file, plan := filepath.Join(dir, "f"), filepath.Join(dir, "plan.json")
		require.NoError(t, os.WriteFile(file, content, 0o600))
		require.NoError(t, os.WriteFile(plan, content, 0o600))
		for reader, read := range map[string]func() error{
			"a model":    func() error { _, err := nn.ReadModel(bytes.NewReader(content), "f"); return err },
			"a state":    func() error { return train.ReadState(bytes.NewReader(content), func(*train.State) {}) },
			"its about":  func() error { _, err := train.CheckState(bytes.NewReader(content)); return err },
			"columns":    func() error { _, err := columns.Decode(content); return err },
			"an archive": func() error { _, err := compare.Collect(file); return err },
			"a plan":     func() error { _, err := compare.Collect(dir); return err },
			"a run":      func() error { _, err := sealed.Read(file, new(map[string]any)); return err },
		} {
			before := misuse.Allocated()
			err := read()
			if reader != "a run" || err != nil { // JSON of any kind is unsealed, and looked at later
				assert.Error(t, err, "%s as %s", name, reader)
			}
			// All that was ever allocated on the way, not what was held at a time.
			assert.Less(t, misuse.Allocated()-before, uint64(10*max(len(content), size)), "%s as %s", name, reader)
		}
	}
}

// magicOfStates is what the states of this version begin with.
func magicOfStates(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, train.WriteState(&b, nil, nothing))
	magic, err := b.ReadString('\n')
	require.NoError(t, err)
	return magic
}

func nothing(*train.State) {}
