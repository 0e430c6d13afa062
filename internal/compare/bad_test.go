package compare

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/datasettest"
	"ridge/internal/misuse"
	"ridge/internal/sealed"
)

// goodResult is one of a plan of one run, without a hash of its samples.
func goodResult() *Result {
	nan := number(math.NaN())
	return &Result{
		Run:  Run{stageFinal, trialsOf("sgd", 1)[0], Network{Hidden: []int{6}}, 1, 2, false},
		Data: DataFacts{Name: "digits", Train: 60, Test: 10, Inputs: 64, Classes: 10},
		ISA:  "avx2", Workers: 1, Wall: 3,
		Trace: []Epoch{{1.5, 0.25, nan, 0.5, 1}, {0.5, 0.125, nan, 0.1, 2}},
	}
}

func goodPlan() savedPlan {
	p := Plan{Solvers: []string{"sgd"}, Networks: []Network{{Hidden: []int{6}}}, Seeds: 1, Epochs: 2, Trials: 1,
		Target: 0.1}
	return savedPlan{p, goodResult().Data}
}

// text is the file of something.
func text(t *testing.T, v any) string {
	t.Helper()
	text, err := sealed.Encode(v)
	require.NoError(t, err)
	return string(text)
}

// checksum is how the last member of a file begins.
const checksum = `,"checksum":"`

// resealed is the text with something replaced and a checksum that fits.
func resealed(t *testing.T, text, old, new string) string {
	t.Helper()
	require.Contains(t, text, old)
	return string(sealed.Seal([]byte(strings.Replace(withoutChecksum(text), old, new, 1))))
}

// withoutChecksum is the text as before there were checksums.
func withoutChecksum(text string) string {
	object, _, _ := strings.Cut(text, checksum)
	return object + "}"
}

// badResults are texts that are no results, by what is wrong, with what is said of it.
func badResults(t *testing.T) map[string][2]string {
	good := text(t, goodResult())
	change := func(old, new string) string { return resealed(t, good, old, new) }
	bad := badFacts(change)
	maps.Copy(bad, map[string][2]string{
		"empty": {"", "unexpected end"},
		"null":  {"null", "not a JSON object"},
		"a choice without one": {
			change(`"trace"`, `"lambda_choice":{"lambda":1,"lambda_out":1,"seconds":1},"trace"`),
			"lambda_choice is there, or",
		},
		"no choice with one": {change(`"epochs":2`, `"epochs":2,"choose_lambda":true`), "chooses a λ of sgd"},
		"a list":             {"[]", "not a JSON object"},
		"cut off":            {good[:40], "unexpected end"},
		"other types":        {`{"trace": 3}`, "cannot unmarshal"},
		"changed": {strings.Replace(good, `"test_error":0.1`, `"test_error":0.2`, 1),
			"checksum is another one"},
		"a member more":              {change(`"isa"`, `"note":1,"isa"`), "unknown field"},
		"a setting more":             {change(`"loss":"softmax"`, `"loss":"softmax","eta":1`), `have no "eta"`},
		"a member twice":             {change(`"workers":1`, `"workers":1,"Workers":2`), `"workers" occurs twice`},
		"no test error":              {change(`"test_error":0.1,`, ``), "lacks a number"},
		"a member more in the trace": {change(`"test_error":0.1,`, `"test_error":0.1,"x":1,`), "unknown field"},
		"an error below 0":           {change(`"test_error":0.1`, `"test_error":-5`), "test_error is -5"},
		"an error above 1":           {change(`"train_error":0.125`, `"train_error":1.5`), "train_error is 1.5"},
		"an error of a part of one":  {change(`"test_error":0.1`, `"test_error":0.15`), "0.15 of 10 samples"},
		"no error at all":            {change(`"test_error":0.1`, `"test_error":null`), "NaN of 10 samples"},
		"an error of the tuning": {change(`"validation_error":null`, `"validation_error":0.1`),
			"0.1 of no samples"},
		"a loss below 0":           {change(`"loss":0.5`, `"loss":-0.5`), "loss is -0.5"},
		"time that goes back":      {change(`"seconds":2`, `"seconds":0.5`), "seconds is 0.5"},
		"time below 0":             {change(`"seconds":1`, `"seconds":-1e300`), "seconds is -1e+300"},
		"more time than there was": {change(`"wall_seconds":3`, `"wall_seconds":1.5`), "of 1.5"},
		"no trace": {
			change(text(t, goodResult())[strings.Index(good, `[{"loss"`):strings.Index(good, checksum)], "[]"),
			"0 of 2 epochs",
		},
		"failed at the end": {change(`"wall_seconds"`, `"failed":"diverged","wall_seconds"`),
			"and the run failed"},
		"no epochs":             {change(`"epochs":2`, `"epochs":0`), "has 0 epochs"},
		"too many epochs":       {change(`"epochs":2`, `"epochs":2000000000`), "has 2000000000 epochs"},
		"no workers":            {change(`"workers":1`, `"workers":0`), "0 workers"},
		"another stage":         {change(`"stage":"final"`, `"stage":"end"`), "is of the stage"},
		"tuned on test samples": {change(`"stage":"final"`, `"stage":"tune"`), "a run of the tuning on"},
		"tuned without validation": {
			resealed(t, change(`"stage":"final"`, `"stage":"tune"`), `"test":10`, `"test":0`), "a run of the tuning on",
		},
		"unknown solver":      {change(`"solver":"sgd"`, `"solver":"magic"`), "magic"},
		"unknown loss":        {change(`"loss":"softmax"`, `"loss":"none"`), "none"},
		"no layers":           {change(`"hidden":[6]`, `"hidden":[]`), "no hidden layer"},
		"a wide layer":        {change(`"hidden":[6]`, `"hidden":[9000000000000000000]`), "want at most"},
		"no samples":          {change(`"train":60`, `"train":-60`), "is not a count"},
		"escape sequences":    {change(`"isa":"avx2"`, `"isa":"\u001b[2J"`), "isa"},
		"a hash that is none": {change(`"classes":10`, `"classes":10,"hash":"abc"`), "data: hash"},
		"no checksum": {strings.Replace(resealed(t, good, `"classes":10`,
			`"classes":10,"hash":"`+strings.Repeat("a", hashDigits)+`"`), checksum, `,"x":"`, 1),
			"unknown field"},
	})
	return bad
}

// badFacts are texts of results that say something impossible of a run and where it was made, which change makes of a
// good one.
func badFacts(change func(old, new string) string) map[string][2]string {
	long := strings.Repeat("x", longestText+1)
	origin := func(facts string) string { return change(`"isa"`, `"origin":{`+facts+`},"isa"`) }
	return map[string][2]string{
		"final without test samples": {change(`"test":10`, `"test":0`), "a final run on"},
		"too much time":              {change(`"wall_seconds":3`, `"wall_seconds":1e300`), "wall_seconds is 1e+300"},
		"a long failure": {
			change(`"wall_seconds"`, `"failed":"`+long+`","wall_seconds"`), "failed has 4097 bytes",
		},
		"a seed of no run":      {change(`"seed":1`, `"seed":4000000000`), "has the seed 4000000000"},
		"jobs below 0":          {change(`"workers":1`, `"workers":1,"jobs":-1`), "1 workers, -1 jobs"},
		"data without a name":   {change(`"name":"digits"`, `"name":""`), "data: name of 0 bytes"},
		"data of a long name":   {change(`"name":"digits"`, `"name":"`+long+`"`), "data: name of 4097 bytes"},
		"a commit that is none": {origin(`"commit":"main"`), `origin: commit "main"`},
		"from another century":  {origin(`"date":"1999-01-01T00:00:00Z"`), "origin: date 1999"},
		"a long version":        {origin(`"version":"` + long + `"`), "origin: text too long"},
		"a long processor":      {origin(`"cpu":"` + long + `"`), "origin: text too long"},
	}
}

func TestFilesThatAreNoResultsAreNamedAndLeftOut(t *testing.T) {
	good := goodResult()
	path := func(dir string) string { return filepath.Join(dir, good.String()+suffix) }
	for name, c := range badResults(t) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(path(dir), []byte(c[0]), 0o600))
			s := newStore(dir)
			result, err := s.load(good.Run, good.Data)
			require.NoError(t, err)
			assert.Nil(t, result)
			require.Len(t, s.problems, 1)
			assert.True(t, strings.HasPrefix(s.problems[0], path(dir)+": "), s.problems[0])
			assert.Contains(t, s.problems[0], c[1])
			require.NoError(t, s.save(good), "the run is repeated")
			assert.FileExists(t, strings.TrimSuffix(path(dir), suffix)+".bad")
			s = newStore(dir)
			result, err = s.load(good.Run, good.Data)
			require.NoError(t, err)
			assert.Empty(t, s.problems)
			assert.Equal(t, text(t, good), text(t, result))
		})
	}
}

// TestWhatADiskCantReadIsNoBadFile: it is not left out, and its run is not trained again.
func TestWhatADiskCantReadIsNoBadFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "no folder")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	s, good := newStore(file), goodResult()
	_, err := s.load(good.Run, good.Data)
	require.ErrorAs(t, err, new(*fs.PathError))
	assert.Empty(t, s.problems)
}

// TestDevicesAreNotReadWithoutAnEnd: as the file of a run, of the plan, and as an archive.
func TestDevicesAreNotReadWithoutAnEnd(t *testing.T) {
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip("there is no /dev/zero")
	}
	dir, good := t.TempDir(), goodResult()
	require.NoError(t, os.Symlink("/dev/zero", filepath.Join(dir, good.String()+suffix)))
	s := newStore(dir)
	result, err := s.load(good.Run, good.Data)
	require.NoError(t, err)
	assert.Nil(t, result)
	assert.Contains(t, s.problems[0], "no regular file")
	_, err = Collect("/dev/zero")
	assert.ErrorContains(t, err, "no regular file")
	require.NoError(t, os.Symlink("/dev/zero", filepath.Join(dir, planName)))
	_, err = Collect(dir)
	assert.ErrorContains(t, err, "no regular file")
}

func TestReportsGoOnWithoutBadFiles(t *testing.T) {
	dir := t.TempDir()
	summary, _ := run(t, dir, 1)
	paths, err := filepath.Glob(filepath.Join(dir, "final_*"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(paths[0], []byte("null"), 0o600))
	again, err := Collect(dir)
	require.NoError(t, err)
	assert.Equal(t, summary.Finished-1, again.Finished)
	require.Len(t, again.Problems(), 1)
	assert.Contains(t, again.Problems()[0], paths[0])
}

func TestPlansThatAreNotWhatTheyShouldBe(t *testing.T) {
	good := text(t, goodPlan())
	change := func(old, new string) string { return resealed(t, good, old, new) }
	for name, c := range map[string][2]string{
		"empty":          {"", "unexpected end"},
		"no plan":        {"{}", "solver: none"},
		"changed":        {strings.Replace(good, `"seeds":1`, `"seeds":2`, 1), "checksum is another one"},
		"too many seeds": {change(`"seeds":1`, `"seeds":300000000`), "want at most 10000"},
		"too many runs": {change(`[{"hidden":[6]}]`, `[{"hidden":[6]}`+strings.Repeat(`,{"hidden":[6]}`, 100)+`]`),
			"occurs twice"},
		"no samples": {change(`"train":60`, `"train":0`), "data: "},
	} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, planName), []byte(c[0]), 0o600))
		_, err := Collect(dir)
		var wrong *sealed.FileError
		require.ErrorAs(t, err, &wrong, name)
		assert.Contains(t, err.Error(), "not the plan of a comparison: ", name)
		assert.Contains(t, err.Error(), c[1], name)
	}
	_, err := Collect(t.TempDir())
	assert.ErrorContains(t, err, "there is no comparison in that folder")
	p := goodPlan().Plan
	p.Seeds = mostRepeats
	for i := range 20 {
		p.Networks = append(p.Networks, Network{Hidden: []int{7 + i}})
	}
	assert.ErrorContains(t, p.Validate(), "want at most 200000 runs")

	set := digits(t)
	set.Train = set.Train.Head(5)
	_, err = NewStudy(testPlan(), set, t.TempDir())
	assert.ErrorContains(t, err, "want at least 6")
}

// packed is an archive of these lines.
func packed(lines ...string) []byte { return datasettest.Gzip(strings.Join(lines, "\n")) }

func TestArchivesThatAreNotWhatTheyShouldBe(t *testing.T) {
	plan, good := text(t, goodPlan()), text(t, goodResult())
	path := filepath.Join(t.TempDir(), "archive")
	noise := string(misuse.Bytes(rand.New(rand.NewPCG(1, 2)), resultLimit/10, "", "0123456789abcdef"))
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":        {nil, "EOF"},
		"not gzip":     {[]byte(plan), "invalid header"},
		"no plan":      {packed(""), "EOF"},
		"bad plan":     {packed("{}"), "solver: none"},
		"cut off":      {packed(plan, good)[:200], "unexpected EOF"},
		"a bomb":       {packed(plan, strings.Repeat("\n", archiveLeast)), "larger than 1.0 MB unpacked"},
		"a large plan": {packed(strings.Repeat(" ", archiveLeast+1)), "larger than 1.0 MB unpacked"},
		"a long line":  {packed(noise + strings.Repeat(" ", resultLimit)), "a line of more than 4.2 MB"},
		"no runs": {packed(plan, strings.Repeat("{}\n", mostBadLines+1)),
			"more than 1000 lines are not the results of runs"},
		"a run, always": {packed(plan, strings.Repeat(good+"\n", 2*mostBadLines)), "more than 1000 lines"},
	} {
		require.NoError(t, os.WriteFile(path, c.content, 0o600))
		_, err := Collect(path)
		var wrong *sealed.FileError
		require.ErrorAs(t, err, &wrong, name)
		assert.Equal(t, path, wrong.Path)
		assert.Contains(t, err.Error(), "not the archive of a comparison: ", name)
		assert.Contains(t, err.Error(), c.want, name)
	}
	lines := []string{plan, good}
	for name, c := range badResults(t) {
		if name != "empty" {
			lines = append(lines, c[0])
		}
	}
	require.NoError(t, os.WriteFile(path, packed(lines...), 0o600))
	summary, err := Collect(path)
	require.NoError(t, err)
	assert.Len(t, summary.Problems(), min(mostProblems+1, len(lines)-2))
	require.Len(t, summary.Cells, 1)
	assert.Empty(t, summary.Cells[0].Errors, "its tuning is missing")
	assert.NotNil(t, summary.study.store.archived[goodResult().String()])
}

// TestOfTwoResultsOfARunNeitherCounts: nobody knows which one is right.
func TestOfTwoResultsOfARunNeitherCounts(t *testing.T) {
	plan, good := text(t, goodPlan()), text(t, goodResult())
	s, err := readArchive(bytes.NewReader(packed(plan, good, good, good)), "archive", 1<<20)
	require.NoError(t, err)
	assert.Empty(t, s.store.archived)
	require.Len(t, s.store.problems, 2)
	assert.Contains(t, s.store.problems[0], "archive: line 3: the run "+goodResult().String()+" occurs twice")
}

func TestSealsKeepNumbersAndFindEveryChange(t *testing.T) {
	good := text(t, goodResult())
	var back Result
	ok, err := sealed.Decode([]byte(good), &back)
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Equal(t, good, text(t, &back))
	var indented bytes.Buffer
	require.NoError(t, json.Indent(&indented, []byte(good), "", "\t"))
	_, err = decodeResult(indented.Bytes())
	require.NoError(t, err, "spaces may change")

	withHash := goodResult()
	withHash.Data.Hash = strings.Repeat("0", hashDigits)
	good = text(t, withHash)
	for i := range good {
		flipped := []byte(good)
		flipped[i] ^= 1 << (i % 8)
		_, err := decodeResult(flipped)
		require.Error(t, err, "bit %d of byte %d, %q", i%8, i, good[max(0, i-10):i+1])
	}
}

// TestTheFileOfAnotherRunIsNotTaken, even if it is complete and of the same comparison.
func TestTheFileOfAnotherRunIsNotTaken(t *testing.T) {
	dir, good := t.TempDir(), goodResult()
	other := good.Run
	other.Seed++
	path := filepath.Join(dir, other.String()+suffix)
	require.NoError(t, os.WriteFile(path, []byte(text(t, good)), 0o600))
	s := newStore(dir)
	result, err := s.load(other, good.Data)
	require.NoError(t, err)
	assert.Nil(t, result)
	require.Len(t, s.problems, 1)
	assert.Contains(t, s.problems[0], path+": holds the run "+good.String())
}
