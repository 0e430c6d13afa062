package asm

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBlocksCanBeSetByHand(t *testing.T) {
	k := Kernels[float32]{MR: 6, NR: 16, KC: 1, MC: 6, NC: 16}
	require.NoError(t, setBlocks(&k, ""))
	assert.Equal(t, [3]int{1, 6, 16}, [3]int{k.KC, k.MC, k.NC}, "nothing is requested")
	require.NoError(t, setBlocks(&k, "100,7,17"))
	assert.Equal(t, [3]int{100, 12, 32}, [3]int{k.KC, k.MC, k.NC}, "in whole panels")
}

func TestMalformedBlocksAreRefused(t *testing.T) {
	for _, value := range []string{
		",", "1", "1,2", "1,2,3,4", "0,1,1", "1,-1,1", "1,1,4097", "a,b,c", "1e3,1,1", " 1,1,1",
	} {
		k := Kernels[float64]{MR: 6, NR: 8, KC: 1, MC: 6, NC: 8}
		var e *BlocksError
		require.ErrorAs(t, setBlocks(&k, value), &e, value)
		assert.Contains(t, e.Error(), "RIDGE_BLOCKS="+value)
		assert.Equal(t, [3]int{1, 6, 8}, [3]int{k.KC, k.MC, k.NC})
	}
}
