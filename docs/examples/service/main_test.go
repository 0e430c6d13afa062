package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
)

// model writes a network that answers "warm" if a temperature is above 20 degrees, or the season summer.
func model(t *testing.T) string {
	t.Helper()
	net, err := nn.New(nn.Spec{Inputs: 2, Hidden: []int{1}, Outputs: 2}, nn.Hinge[float32]{}, nn.Init{}, 1)
	require.NoError(t, err)
	copy(net.Layers[0].W.Data, []float32{1, 1000, 0})
	copy(net.V.Data, []float32{-1, 0.5, 1, -0.5})
	net.Classes = []string{"cold", "warm"}
	net.Columns = &columns.Description{
		Inputs: columns.Inputs{Columns: []columns.Column{
			{Kind: columns.Number, Mean: 20, Divisor: 1},
			{Kind: columns.Levels, Divisor: 1, Levels: []string{"summer"}, Means: []float64{0}},
		}},
		Outputs: columns.Outputs{Task: columns.Classes, Targets: []columns.Target{{}}, Classes: net.Classes},
	}
	path := filepath.Join(t.TempDir(), "model.safetensors")
	require.NoError(t, net.Save(path))
	return path
}

func TestServiceAnswersRawRows(t *testing.T) {
	net, err := nn.Load[float32](model(t))
	require.NoError(t, err)
	answer, err := predictor(net)
	require.NoError(t, err)
	for _, c := range []struct {
		name, request, answer string
		status                int
	}{
		{"warm", "25.5,spring", "warm\n", http.StatusOK},
		{"cold", "3, winter", "cold\n", http.StatusOK},
		{"by its text", "5,summer\n", "warm\n", http.StatusOK},
		{"no number", "hot,summer", "column 1: \"hot\" is not a number\n", http.StatusBadRequest},
		{"too few fields", "25", "1 field, want 2\n", http.StatusBadRequest},
		{"nothing", "", "EOF\n", http.StatusBadRequest},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			answer(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(c.request)))
			require.Equal(t, c.status, w.Code)
			require.Equal(t, c.answer, w.Body.String())
		})
	}
	net.Columns = nil
	_, err = predictor(net)
	require.Error(t, err)
}
