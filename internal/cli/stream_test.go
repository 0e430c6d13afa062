package cli

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A request for a state is answered while the training writes.
func TestAStreamTakesLinesFromSeveralGoroutines(t *testing.T) {
	const writers, lines = 4, 100
	var b bytes.Buffer
	s := newStream(t.Context(), &b)
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for range lines {
				fmt.Fprintln(s, "line")
			}
		})
	}
	all.Wait()
	assert.Equal(t, writers*lines*len("line\n"), b.Len())
}
