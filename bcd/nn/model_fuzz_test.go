package nn

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func FuzzDecode(f *testing.F) {
	// Small networks: most of a file of a larger one is numbers, which are not what
	// goes wrong, and keep the fuzzer busy with making them shorter.
	net, err := New(Spec{Inputs: 1, Hidden: []int{1, 2}, Outputs: 1, Skips: []Skip{{0, 2}}},
		Hinge[float32]{}, Init{}, 1)
	require.NoError(f, err)
	good := encode(f, net)
	net.Mean, net.Classes = []float32{1}, []string{"a"}
	full := encode(f, net)
	f.Add(good)
	f.Add(full)
	f.Add(good[:len(good)/2])
	f.Add(rewrite(f, full, setMetadata("from", "[[0],[0]]")))
	f.Add(rewrite(f, full, setTensor("layers.2.weight", "shape", []int{3, 2})))
	f.Add(rewrite(f, full, setTensor("input.mean", "dtype", "F64")))
	f.Add(withHeader("{}", nil))
	net.Columns, net.Temperature = oneColumn("a"), 1.5
	f.Add(encode(f, net))
	// A layer of eight weights of which two are stored.
	thinned, err := New(Spec{Inputs: 8, Hidden: []int{1}, Outputs: 1}, Hinge[float32]{}, Init{}, 1)
	require.NoError(f, err)
	clear(thinned.Layers[0].W.Data[1:7])
	sparse := encode(f, thinned)
	require.True(f, isSparse(thinned))
	f.Add(sparse)
	f.Add(setIndex(f, sparse, "layers.1.weight.columns", 1, 0))
	f.Add(setIndex(f, sparse, "layers.1.weight.starts", 1, 1))
	f.Add(rewrite(f, sparse, setMetadata("version", "1")))
	f.Fuzz(func(t *testing.T, file []byte) {
		net, err := Decode[float32](bytes.NewReader(file), "fuzz")
		if err != nil {
			var format *FormatError
			require.ErrorAs(t, err, &format)
			return
		}
		// What can be read is a network, and can be written and read again.
		require.NoError(t, net.Validate())
		again, err := Decode[float32](bytes.NewReader(encode(t, net)), "again")
		require.NoError(t, err)
		assert.Equal(t, net, again)
		_, err = net.Scores(mat.NewDense[float32](1, net.Inputs), 1)
		require.NoError(t, err)
	})
}
