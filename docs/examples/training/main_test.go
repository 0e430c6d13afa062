package main

import (
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestServiceTrainsAndPredicts(t *testing.T) {
	var said strings.Builder
	log.SetOutput(&said)
	defer log.SetOutput(os.Stderr)
	net, err := fit(t.Context())
	require.Regexp(t, `[0-9]+ epochs in [0-9.]+ s, 0\.[0-9] % of 2000 points wrong\n$`, said.String())
	require.NoError(t, err)
	for _, c := range []struct {
		name, request, answer string
		status                int
	}{
		{"inside", "[-0.3, 0.1]", "0\n", http.StatusOK},
		{"outside", "[1, -1.2]", "1\n", http.StatusOK},
		{"no JSON", "0.1, 0.2", "", http.StatusBadRequest},
		{"three features", "[1, 2, 3]", "", http.StatusBadRequest},
		{"none", "[]", "", http.StatusBadRequest},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := httptest.NewRecorder()
			predictor(net)(answer, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(c.request)))
			require.Equal(t, c.status, answer.Code)
			if c.status == http.StatusOK {
				require.Equal(t, c.answer, answer.Body.String())
			}
		})
	}
}
