package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unusable are a command line and what its message contains.
type unusable struct {
	args []string
	want []string
}

// failsOn runs command lines on bad files: the error names the file, and the exit code is 1.
func failsOn(t *testing.T, cases map[string]unusable) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			o := execute(t.Context(), c.args...)
			assert.Equal(t, exitFailed, o.code)
			assert.Empty(t, o.stdout)
			for _, want := range c.want {
				assert.Contains(t, o.stderr, want)
			}
			assert.NotContains(t, o.stderr, "--help", "the command line is not to blame")
			assert.Empty(t, entries(t, "."), "nothing may be left behind")
		})
	}
}

// shapesWith is a folder of data in which a file has another content; nil removes it.
func shapesWith(t *testing.T, name string, content []byte) string {
	t.Helper()
	dir := shapes(t, 30, 9)
	if content == nil {
		require.NoError(t, os.Remove(filepath.Join(dir, name)))
	} else {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o644))
	}
	return dir
}

func TestUnusableDataIsAnError(t *testing.T) {
	good := shapes(t, 30, 9)
	with := func(name string, content []byte) string { return shapesWith(t, name, content) }
	images := read(t, filepath.Join(good, "train-images-idx3-ubyte"))
	labels := read(t, filepath.Join(good, "train-labels-idx1-ubyte"))
	relabelled := with("t10k-labels-idx1-ubyte", append(header(0x801, 9), 4, 5, 6, 4, 5, 6, 4, 5, 9))
	text := filepath.Join(t.TempDir(), "f")
	require.NoError(t, os.WriteFile(text, []byte{0, 1, 2, 3}, 0o644))
	failsOn(t, map[string]unusable{
		"no such data": {[]string{"--data", "nowhere"},
			[]string{`"nowhere"`, "digits, mnist, - for standard input, a file, or a folder"}},
		"a file as data": {[]string{"--data", text}, []string{text, "not a file that can be read"}},
		"a file is missing": {[]string{"--data", with("t10k-labels-idx1-ubyte", nil)},
			[]string{"no t10k-labels-idx1-ubyte"}},
		"an empty file": {[]string{"--data", with("train-images-idx3-ubyte", []byte{})},
			[]string{"train-images-idx3-ubyte: is empty"}},
		"a truncated file": {[]string{"--data", with("train-images-idx3-ubyte", images[:len(images)-1])},
			[]string{"train-images-idx3-ubyte: header says 30 images, file ends after 29"}},
		"trailing bytes": {
			[]string{"--data", with("train-labels-idx1-ubyte", append(labels[:len(labels):len(labels)], 0))},
			[]string{"train-labels-idx1-ubyte", "more data"},
		},
		"a wrong magic": {[]string{"--data", with("train-images-idx3-ubyte", []byte("PNG....................."))},
			[]string{"train-images-idx3-ubyte", "not an IDX file"}},
		"swapped files": {[]string{"--data", with("train-images-idx3-ubyte", labels)},
			[]string{"train-images-idx3-ubyte", "a label file"}},
		"zero images": {[]string{"--data", with("train-images-idx3-ubyte", header(0x803, 0, 2, 3))},
			[]string{"train-images-idx3-ubyte"}},
		"a huge header": {
			[]string{"--data",
				with("train-images-idx3-ubyte", append(header(0x803, 1e9, 28, 28), make([]byte, 84)...))},
			[]string{"train-images-idx3-ubyte", "1000000000"},
		},
		"corrupt gzip": {
			[]string{"--data", with("train-images-idx3-ubyte", []byte("\x1f\x8b\x08garbage garbage"))},
			[]string{"train-images-idx3-ubyte", "compressed data"},
		},
		"other counts": {[]string{"--data", with("train-labels-idx1-ubyte", append(header(0x801, 3), 0, 1, 2))},
			[]string{"3 labels for the 30 images"}},
		"an unknown label": {[]string{"--data", relabelled},
			[]string{`t10k-labels-idx1-ubyte: the class "9" of sample 9`}},
	})
}

// savedModel trains on a folder of shapes and returns where the network is.
func savedModel(t *testing.T, data string) string {
	t.Helper()
	model := filepath.Join(t.TempDir(), "m.safetensors")
	succeed(t, "--data", data, "--net", "4", "--epochs", "1", "--save", model)
	return model
}

func TestUnusableModelsAreErrors(t *testing.T) {
	good := shapes(t, 30, 9)
	model := savedModel(t, good)
	modelBytes := read(t, model)
	other := func(content []byte) string {
		path := filepath.Join(t.TempDir(), "bad.safetensors")
		require.NoError(t, os.WriteFile(path, content, 0o644))
		return path
	}
	wider := t.TempDir()
	writeIDX(t, wider, "train", 20, 3, 4)
	writeIDX(t, wider, "t10k", 8, 3, 4)
	labels := read(t, filepath.Join(good, "train-labels-idx1-ubyte"))
	newClass := shapesWith(t, "train-labels-idx1-ubyte", append(labels[:len(labels)-1:len(labels)-1], 7))
	failsOn(t, map[string]unusable{
		"no such model":     {[]string{"eval", "--model", "nowhere.safetensors"}, []string{"nowhere.safetensors"}},
		"a folder as model": {[]string{"eval", "--model", good}, []string{good}},
		"an empty model":    {[]string{"eval", "--model", other(nil), "--data", good}, []string{"bad.safetensors"}},
		"a truncated model": {[]string{"eval", "--model", other(modelBytes[:len(modelBytes)-1]), "--data", good},
			[]string{"bad.safetensors"}},
		"text as model": {
			[]string{"predict", "--model", other([]byte("index,class,score\n0,1,2\n")), "--data", good},
			[]string{"bad.safetensors"},
		},
		"a narrower model": {[]string{"eval", "--model", model, "--data", wider},
			[]string{"samples for " + model, "it has 12 columns", "want 6"}},
		"… for predictions": {[]string{"predict", "--model", model, "--data", wider},
			[]string{"samples for " + model, "it has 12 columns", "want 6"}},
		"a class too many": {[]string{"eval", "--model", model, "--data", newClass, "--part", "train"},
			[]string{"samples for " + model,
				`the class "7" of sample 30 is not in the training data, which has 4, 5, 6`}},
	})
}

func TestUnusablePlacesAreErrors(t *testing.T) {
	good := shapes(t, 30, 9)
	model := savedModel(t, good)
	loop := filepath.Join(t.TempDir(), "loop")
	require.NoError(t, os.Symlink(loop, loop))
	failsOn(t, map[string]unusable{
		"save to a loop": {[]string{"--save", loop},
			[]string{"--save " + loop + ": can't be written: more than 40 symbolic links"}},
		"states in a loop": {[]string{"--checkpoint", loop},
			[]string{"--checkpoint " + loop + ": more than 40 symbolic links"}},
		"export to a loop": {[]string{"export", "--model", model, "--onnx", loop},
			[]string{"--onnx " + loop + ": can't be written: more than 40 symbolic links"}},
		"save to nowhere": {[]string{"--save", "no/such/m.safetensors"},
			[]string{"--save no/such/m.safetensors: can't be written: there is no folder no/such"}},
		"save to a folder": {[]string{"--save", good},
			[]string{"--save " + good + ": can't be written: it is a folder"}},
		"csv to a new folder": {[]string{"--csv", "results/"},
			[]string{"--csv results/: can't be written: it is the name of a folder"}},
		"json under a file": {[]string{"--json", filepath.Join(model, "x")},
			[]string{"--json " + model + "/x: can't be written: not a directory"}},
		"states of no data": {[]string{"--data", "nowhere.csv", "--checkpoint", "a/b"}, []string{"nowhere.csv"}},
		"a search without data": {[]string{"tune", "--data", "nowhere.csv", "--out", "a/b"},
			[]string{"nowhere.csv"}},
		"eval to nowhere": {[]string{"eval", "--model", model, "--json", "no/x"},
			[]string{"--json no/x: can't be written: there is no folder no"}},
	})
}
