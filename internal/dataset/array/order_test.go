package array

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestErrorsNameTheElementInEitherOrder(t *testing.T) {
	for shape, dims := range map[string][]int64{"(4, 3, 2)": {4, 3, 2}, "(4, 6)": {4, 6}} {
		for _, fortran := range []bool{false, true} {
			for at := range 24 {
				elements := make([]float64, 24)
				elements[at] = math.Inf(1)
				file := npy("<f8", fortran, shape, encoded(binary.LittleEndian, elements))
				_, err := readBytes(t, "f.npy", file)
				if fortran {
					elements = transposed(elements, dims)
				}
				i, each := slices.Index(elements, math.Inf(1)), 24/int(dims[0])
				assert.ErrorContains(t, err, fmt.Sprintf("element %d of sample %d (from 0)", i%each, i/each),
					"%s, %v", shape, fortran)
			}
		}
	}
}
