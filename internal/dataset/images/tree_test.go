package images

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

// link makes links, from where they are to where they lead, or skips the test where there are none.
func link(t *testing.T, dir string, links map[string]string) {
	t.Helper()
	for from, to := range links {
		if err := os.Symlink(to, filepath.Join(dir, filepath.FromSlash(from))); err != nil {
			t.Skip("this system has no links:", err)
		}
	}
}

func TestLinksThatLeadBackAreNotFollowed(t *testing.T) {
	files := map[string][]byte{"cats/1.png": asPNG(grey(1)), "dogs/2.png": asPNG(grey(2))}
	for name, c := range map[string]struct {
		links map[string]string
		rows  int
		note  string // with the folder twice
	}{
		"none": {nil, 2, ""},
		"itself": {map[string]string{"a": "."}, 2,
			"%[1]s: left out, as they lead back to a folder that they are in: %[1]s/a"},
		"in a class": {map[string]string{"dogs/a": ".."}, 2, "folder that they are in: %[1]s/dogs/a"},
		"a class":    {map[string]string{"dogs/a": "../dogs"}, 2, "folder that they are in: %[1]s/dogs/a"},
		"of each other": {map[string]string{"dogs/a": "../cats", "cats/a": "../dogs"}, 4,
			"%[1]s/cats/a/a, %[1]s/dogs/a/a"},
		"two of them":      {map[string]string{"a": ".", "b": "."}, 2, "%[1]s/a, %[1]s/b"},
		"another folder":   {map[string]string{"dogs/a": "../cats"}, 3, ""},
		"a class of links": {map[string]string{"lions": "cats"}, 3, ""},
	} {
		for _, unlabelled := range []bool{false, true} {
			dir := folder(t, files)
			link(t, dir, c.links)
			got, err := readPath(t, dir, table.Options{Unlabelled: unlabelled})
			require.NoError(t, err, name)
			assert.Equal(t, c.rows, got.Rows, "%s: %v", name, unlabelled)
			notes := fmt.Sprint(got.Notes)
			if c.note == "" {
				assert.NotContains(t, notes, "left out", name)
			} else {
				assert.Contains(t, notes, fmt.Sprintf(c.note, dir), name)
			}
		}
	}
}

// fan is a folder with links that make two paths to a folder of two to the next one, and so on, below the folder 1. A
// path has 13 links: Linux follows 40, among which it counts those of an attempt that it begins anew, as it does when
// other processes change folders meanwhile.
func fan(t *testing.T) string {
	t.Helper()
	const folders = 12
	files := map[string][]byte{"0/1.png": asPNG(grey(1))}
	links := map[string]string{}
	for i := range folders {
		files[fmt.Sprintf(".hidden/%d/1.png", i)] = asPNG(grey(1))
		for _, name := range []string{"a", "b"} {
			links[fmt.Sprintf(".hidden/%d/%s", i, name)] = fmt.Sprintf("../%d", i+1)
		}
	}
	files[fmt.Sprintf(".hidden/%d/1.png", folders)] = asPNG(grey(1))
	links["1"] = ".hidden/0"
	dir := folder(t, files)
	link(t, dir, links)
	return dir
}

// Each class may have a link to a folder that all of them share.
func TestManyClassesMayShareAFolder(t *testing.T) {
	const classes = 150
	files, links := map[string][]byte{".shared/1.png": asPNG(grey(1))}, map[string]string{}
	for class := range classes {
		files[fmt.Sprintf("%d/1.png", class)] = asPNG(grey(1))
		links[fmt.Sprintf("%d/more", class)] = "../.shared"
	}
	dir := folder(t, files)
	link(t, dir, links)
	got, err := readPath(t, dir, table.Options{})
	require.NoError(t, err)
	assert.Equal(t, 2*classes, got.Rows)
}

// Links may make far more paths than there are folders.
func TestLinksThatMakeVeryManyPathsAreRefused(t *testing.T) {
	dir := fan(t)
	for _, unlabelled := range []bool{false, true} {
		_, err := readPath(t, dir, table.Options{Unlabelled: unlabelled})
		assert.ErrorContains(t, err, "links lead again to this folder and others: more than 100 times on average")
	}
}

func TestAWalkEndsWhenCancelled(t *testing.T) {
	dir := fan(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen := 0
	walked := tree{ctx: ctx}
	err := walked.walk(dir, deepest, func(string) error {
		if seen++; seen == 100 {
			cancel()
		}
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Less(t, seen, 200)
}
