package table

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNotesSayOneOrSeveral(t *testing.T) {
	assert.Equal(t, "f: 1 row without a value of the target is left out", UnlabelledNote("f", 1))
	assert.Equal(t, "f: 2 rows without a value of the target are left out", UnlabelledNote("f", 2))
	assert.Equal(t, `column 1 "a"`, Columns([]string{`1 "a"`}, 2))
	assert.Equal(t, "columns 1, 2 and 1 more", Columns([]string{"1", "2", "3"}, 2))
}
