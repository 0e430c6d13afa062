package images

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// Folders of parts are no classes: a network would learn to tell the training part from the others.
func TestPartsOfAFolder(t *testing.T) {
	for name, c := range map[string]struct {
		files   []string
		classes []string
		tests   []float32 // the first pixels of the test part, which are the places of its files in files
		note    string    // with the folder
	}{
		"training and test": {[]string{"train/a/1.png", "test/a/1.png"}, []string{"a"}, []float32{1}, ""},
		"in capitals":       {[]string{"Training/a/1.png", "TESTING/a/1.png"}, []string{"a"}, []float32{1}, ""},
		"training alone":    {[]string{"train/a/1.png", "train/b/1.png"}, []string{"a", "b"}, nil, ""},
		"with hidden files": {[]string{"train/a/1.png", ".cache/1.png"}, []string{"a"}, nil, ""},
		"validation for a test": {[]string{"train/a/1.png", "val/a/1.png"}, []string{"a"}, []float32{1},
			usedAsTest("val")},
		"validation, another way": {[]string{"train/a/1.png", "Valid/a/1.png"}, []string{"a"}, []float32{1},
			usedAsTest("Valid")},
		"validation in full": {[]string{"train/a/1.png", "validation/a/1.png"}, []string{"a"}, []float32{1},
			usedAsTest("validation")},
		"dev": {[]string{"train/a/1.png", "dev/a/1.png"}, []string{"a"}, []float32{1}, usedAsTest("dev")},
		"all three": {[]string{"train/a/1.png", "val/b/1.png", "test/a/1.png"}, []string{"a"}, []float32{2},
			"%[1]s/val: the validation part is not used: name this folder to test with it"},
		"a class called train":      {[]string{"bus/1.png", "train/1.png"}, []string{"bus", "train"}, nil, ""},
		"classes called like parts": {[]string{"invalid/1.png", "valid/1.png"}, []string{"invalid", "valid"}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, numbered(c.files...))
			got, err := readPath(t, dir, table.Options{})
			require.NoError(t, err)
			assert.Equal(t, c.classes, got.Targets[0].Levels)
			var tests []float32
			if got.Test != nil {
				for i := 0; i < len(got.Test.Cells); i += len(got.Inputs) {
					tests = append(tests, got.Test.Cells[i])
				}
			}
			assert.Equal(t, c.tests, tests)
			if c.note == "" {
				assert.NotContains(t, fmt.Sprint(got.Notes), "test part")
				assert.NotContains(t, fmt.Sprint(got.Notes), "not used")
			} else {
				assert.Contains(t, got.Notes, fmt.Sprintf(c.note, dir))
			}
		})
	}
}

// Without classes the parts are the same ones, so that answers are to the samples that are judged.
func TestPartsOfAFolderToPredict(t *testing.T) {
	for name, c := range map[string]struct {
		train, test []string // the files
		note        string   // with the folder
	}{
		"training and test":           {[]string{"train/a/1.png"}, []string{"test/b/2.png"}, ""},
		"a test part without classes": {[]string{"train/a/1.png"}, []string{"test/10.png", "test/2.png"}, ""},
		"validation for a test":       {[]string{"train/a/1.png"}, []string{"val/a/1.png"}, usedAsTest("val")},
		"training alone":              {[]string{"train/a/1.png", "train/b/1.png"}, nil, ""},
		"a class called train":        {[]string{"bus/1.png", "train/1.png"}, nil, ""},
		"something beside":            {[]string{"more/a/1.png", "train/a/1.png"}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, numbered(slices.Concat(c.train, c.test)...))
			got, err := readPath(t, dir, table.Options{Unlabelled: true})
			require.NoError(t, err)
			assert.Equal(t, c.train, got.Files)
			var test []string
			if got.Test != nil {
				test = got.Test.Files
			}
			assert.Equal(t, c.test, test)
			if c.note != "" {
				assert.Contains(t, got.Notes, fmt.Sprintf(c.note, dir))
			}
		})
	}
}

// usedAsTest is the note about a validation part, of the folder.
func usedAsTest(name string) string {
	return "%[1]s/" + name + ": the validation part is taken for the test part, as there is no other"
}

// numbered are images whose first pixels count from 0.
func numbered(paths ...string) map[string][]byte {
	files := map[string][]byte{}
	for i, path := range paths {
		files[path] = asPNG(grey(uint8(i)))
	}
	return files
}

func TestWhatIsNoPartBesideATrainingPartIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		files []string
		bad   string
	}{
		"a class":                   {[]string{"train/a/1.png", "dogs/1.png"}, "dogs"},
		"a class, with a test part": {[]string{"train/a/1.png", "test/a/1.png", "unlabelled/1.png"}, "unlabelled"},
		"two training parts":        {[]string{"train/a/1.png", "training/a/1.png"}, "training"},
		"two test parts":            {[]string{"train/a/1.png", "test/a/1.png", "testing/a/1.png"}, "testing"},
		"two validation parts":      {[]string{"train/a/1.png", "val/a/1.png", "valid/a/1.png"}, "valid"},
		"an image":                  {[]string{"train/a/1.png", "2.png"}, "2.png"},
		"another image":             {[]string{"train/a/1.png", "2.webp"}, "2.webp"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, numbered(c.files...))
			_, err := readPath(t, dir, table.Options{})
			require.ErrorAs(t, err, new(*source.FormatError))
			assert.ErrorContains(t, err, filepath.Join(dir, c.bad)+": stands beside the training part "+
				filepath.Join(dir, "train")+", where only a test and a validation part may be (test, val): take it "+
				"away, or name the parts (--data "+filepath.Join(dir, "train"))
		})
	}
	dir := folder(t, numbered("train/a/1.png"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "test"), nil, 0o644))
	_, err := readPath(t, dir, table.Options{})
	assert.ErrorContains(t, err, filepath.Join(dir, "test")+": stands beside the training part")
}
