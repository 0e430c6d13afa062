package gonumblas

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/misuse"
)

// TestMisusePanicsInWords calls all methods of this package with nonsense, and expects gonum's
// messages.
func TestMisusePanicsInWords(t *testing.T) {
	methods := map[string]any{}
	for _, f := range misuse.Declarations(t) {
		if f.Recv != nil {
			methods[f.Name.Name] = reflect.ValueOf(Implementation{}).MethodByName(f.Name.Name).Interface()
		}
	}
	require.Contains(t, methods, "Dgemm")
	misuse.Small(t, methods)
}
