package train

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzState: no bytes make reading panic, and none are taken for a state but those that writing it
// again would give.
func FuzzState(f *testing.F) {
	e := full(4)
	e.Many, e.Single = e.Many[:3], e.Single[:3]
	f.Add(saved(f, e))
	f.Add([]byte(stateMagic))
	f.Fuzz(readAndWrite)
}

// readAndWrite reads a state of three numbers each, and writes it again if it is one.
func readAndWrite(t *testing.T, b []byte) {
	about, err := CheckState(bytes.NewReader(b))
	got := empty()
	got.Many, got.Single = got.Many[:3], got.Single[:3]
	if ReadState(bytes.NewReader(b), got.state) != nil {
		return
	}
	require.NoError(t, err)
	var again bytes.Buffer
	require.NoError(t, WriteState(&again, about, got.state))
	require.Equal(t, b, again.Bytes())
}

// FuzzSections does the same with the right checksums, without which no change gets any further: a section has other
// numbers, and claims another count than theirs.
func FuzzSections(f *testing.F) {
	e := full(4)
	e.Many, e.Single = e.Many[:3], e.Single[:3]
	file := saved(f, e)
	for section := range eachSection(file, func(_ int, _, _ []byte) {}) {
		eachSection(file, func(i int, _, numbers []byte) {
			if i == section {
				f.Add(uint8(section), uint64(0), bytes.Clone(numbers))
				f.Add(uint8(section), uint64(1)<<61, numbers)
			}
		})
	}
	f.Fuzz(func(t *testing.T, section uint8, claim uint64, numbers []byte) {
		var b bytes.Buffer
		w := newSectionWriter(&b)
		eachSection(file, func(i int, head, old []byte) {
			if head = bytes.Clone(head); i == int(section) {
				kind, count := sectionKind(head[len(head)-9]), head[len(head)-8:]
				old = numbers[:len(numbers)/kind.size()*kind.size()]
				binary.LittleEndian.PutUint64(count, uint64(len(old)/kind.size())^claim)
			}
			require.NoError(t, w.write(head))
			require.NoError(t, w.write(old))
			require.NoError(t, w.finish())
		})
		require.NoError(t, w.w.Flush())
		readAndWrite(t, b.Bytes())
	})
}

// eachSection visits the sections of a state, their heads and the bytes of their numbers, and returns how many there
// are.
func eachSection(file []byte, visit func(i int, head, numbers []byte)) (sections int) {
	for file = file[len(stateMagic):]; len(file) > 0; sections++ {
		head := file[:int(file[0])+10]
		kind, count := sectionKind(head[len(head)-9]), binary.LittleEndian.Uint64(head[len(head)-8:])
		numbers := file[len(head):][:int(count)*kind.size()]
		visit(sections, head, numbers)
		file = file[len(head)+len(numbers)+4:]
	}
	return sections
}
