package dataset

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// judged are the targets that samples in a folder of these arrays have for a network that learnt from train.
func judged(t *testing.T, train Request, of map[string][]byte, name string) (*Set, error) {
	t.Helper()
	trained, err := Load(t.Context(), train)
	require.NoError(t, err)
	text, err := json.Marshal(trained.Description)
	require.NoError(t, err)
	d, err := columns.Decode(text)
	require.NoError(t, err)
	return LoadLike(t.Context(), Request{Data: filepath.Join(folder(t, of), name)}, d, true)
}

// A network is judged by the labels that somebody chose to train with, not by those that would be read without a
// choice.
func TestANetworkIsJudgedByTheLabelsThatItWasTrainedWith(t *testing.T) {
	x := npy("<f8", "(4, 1)", []float64{1, 2, 3, 5})
	usual := npy("<f8", "(4,)", []float64{1.5, 4, 2, 8})
	chosen := npy("<f8", "(4,)", []float64{10, 20, 40, 70})
	train := folder(t, map[string][]byte{"X_train.npy": x, "y_train.npy": usual, "y2_train.npy": chosen})
	r := Request{Data: filepath.Join(train, "X_train.npy"), Targets: []string{filepath.Join(train, "y2_train.npy")},
		Task: columns.Regression}
	for name, c := range map[string]struct {
		of      map[string][]byte
		samples string
		want    string // the error
	}{
		"of the same names": {map[string][]byte{"X_train.npy": x, "y_train.npy": usual, "y2_train.npy": chosen},
			"X_train.npy", ""},
		"of names that differ likewise": {
			map[string][]byte{"X_test.npy": x, "y_test.npy": usual, "y2_test.npy": chosen},
			"X_test.npy", ""},
		"not there": {map[string][]byte{"X_test.npy": x, "y_test.npy": usual}, "X_test.npy",
			"training took the labels of y2_train.npy for X_train.npy: want y2_test.npy next to this file"},
		"of names that tell nothing": {map[string][]byte{"x.npy": x, "y.npy": usual, "y2.npy": chosen}, "x.npy",
			"call the two X_train.npy and y2_train.npy, in a folder of their own"},
		"of an archive": {map[string][]byte{"a.npz": []byte(archived(t, map[string][]byte{"X": x, "y": usual,
			"X_train": x, "y2_train": chosen, "y_train": usual}))}, "a.npz", ""},
		"not in the archive": {map[string][]byte{"a.npz": []byte(archived(t, map[string][]byte{"X": x, "y": usual}))},
			"a.npz", `want "y2_train", as the labels were called in training`},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := judged(t, r, c.of, c.samples)
			if c.want != "" {
				require.ErrorContains(t, err, c.want)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, []float64{10, 20, 40, 70}, set.Train.Targets)
		})
	}
	r.Test = filepath.Join(folder(t, map[string][]byte{"X_test.npy": x, "y_test.npy": usual, "y2_test.npy": chosen}),
		"X_test.npy")
	set, err := Load(t.Context(), r)
	require.NoError(t, err)
	assert.Equal(t, []float64{10, 20, 40, 70}, set.Test.Targets, "a file to test by")
}

func TestANetworkIsJudgedByTheLabelsOfItsArchive(t *testing.T) {
	x := npy("<f8", "(4, 1)", []float64{1, 2, 3, 5})
	usual := npy("<f8", "(4,)", []float64{1.5, 4, 2, 8})
	chosen := npy("<f8", "(4,)", []float64{10, 20, 40, 70})
	all := archived(t, map[string][]byte{"data": x, "target": usual, "labels": chosen})
	r := Request{Data: file(t, "a.npz", all), Targets: []string{"labels"}, Task: columns.Regression}
	set, err := judged(t, r, map[string][]byte{"a.npz": []byte(all)}, "a.npz")
	require.NoError(t, err)
	assert.Equal(t, []float64{10, 20, 40, 70}, set.Train.Targets)
	assert.Contains(t, set.Notes[len(set.Notes)-1], "a.npz: labels")
	other := archived(t, map[string][]byte{"data": x, "target": usual})
	_, err = judged(t, r, map[string][]byte{"b.npz": []byte(other)}, "b.npz")
	require.ErrorContains(t, err, `want "labels", as the labels were called in training`)
}

// What nobody chose is read by the usual names, and said.
func TestTheLabelsThatANetworkIsJudgedByAreNoted(t *testing.T) {
	x := npy("<f8", "(4, 1)", []float64{1, 2, 3, 5})
	of := map[string][]byte{"X.npy": x, "y.npy": npy("<f8", "(4,)", []float64{1.5, 4, 2, 8})}
	set, err := judged(t, Request{Data: filepath.Join(folder(t, of), "X.npy"), Task: columns.Regression}, of, "X.npy")
	require.NoError(t, err)
	require.Len(t, set.Notes, 1)
	assert.Regexp(t, `X\.npy: its labels are those of .*y\.npy$`, set.Notes[0])
}

func TestAHeaderOfAFileThatHasNoneIsNoted(t *testing.T) {
	x := string(npy("<f8", "(4, 2)", []float64{1, 0, 2, 1, 3, 0, 5, 1}))
	for header, want := range map[table.Header]int{table.FindHeader: 0, table.WithHeader: 1, table.WithoutHeader: 1} {
		for name, content := range map[string]string{"a.npy": x, "a.svm": "0 1:2\n1 1:3\n0 1:4\n1 1:7\n"} {
			set, err := Load(t.Context(), Request{Data: file(t, name, content), Header: header})
			require.NoError(t, err)
			assert.Equal(t, want, strings.Count(fmt.Sprint(set.Notes), "has no header: --header changes nothing"), name)
		}
	}
	set, err := Load(t.Context(), Request{Data: file(t, "a.csv", "1,a\n2,b\n3,a\n4,b\n"), Header: table.WithoutHeader})
	require.NoError(t, err)
	assert.NotContains(t, fmt.Sprint(set.Notes), "--header")
}
