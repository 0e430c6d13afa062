package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnExportNamesTheFirstInputsOfMany(t *testing.T) {
	for inputs, want := range map[int]string{
		8:  "i0, i1, i2, i3, i4, i5, i6, i7",
		9:  "i0, i1, i2, i3, i4, i5, i6, i7 and 1 more",
		10: "i0, i1, i2, i3, i4, i5, i6, i7 and 2 more",
	} {
		e := Export{Model: "m", Network: []int{inputs, 3, 2}, File: "m.onnx", Format: "ONNX", Bytes: 2500,
			Outputs: []string{"o"}}
		for i := range inputs {
			e.Inputs = append(e.Inputs, fmt.Sprint("i", i))
		}
		var b strings.Builder
		require.NoError(t, e.WriteTable(&b, false))
		assert.Equal(t,
			fmt.Sprintf(" model    m\n network  %d-3-2\n inputs   %s\n outputs  o\n saved    m.onnx (ONNX, 2.5 KB)\n",
				inputs, want), b.String())
	}
}
