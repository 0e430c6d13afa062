package table

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTextsThatLookAlike(t *testing.T) {
	for name, c := range map[string]struct {
		a, b string
		want string
		show string // how b is shown
	}{
		"capitals":            {"Yes", "YES", "in capitals", `"YES"`},
		"a blank more":        {"New York", "New  york", "in white space", `"New  york"`},
		"that does not break": {"New York", "New\u00a0York", "in white space", `"New\u00a0York"`},
		"composed letters":    {"Köln", "Ko\u0308ln", "in how letters are encoded", `"Ko\u0308ln"`},
		"a ligature":          {"fine", "ﬁne", "in how letters are encoded", `"\ufb01ne"`},
		"a mark in front":     {"age", "\ufeffage", "in how letters are encoded", `"\ufeffage"`},
		"no width":            {"age", "a\u200bge", "in how letters are encoded", `"a\u200bge"`},
	} {
		assert.Equal(t, AlikeKey(c.a), AlikeKey(c.b), name)
		d := DifferenceOf(c.a, c.b)
		assert.Equal(t, d, DifferenceOf(c.b, c.a), name)
		assert.Equal(t, c.want, d.String(), name)
		assert.Equal(t, c.show, d.Quote(c.b), name)
	}
	for _, other := range []string{"Koln", "Kölln", "K öln", ""} {
		assert.NotEqual(t, AlikeKey("Köln"), AlikeKey(other))
		assert.Equal(t, `"Köln"`, DifferenceOf("Köln", other).Quote("Köln"), "nothing is hidden")
	}
}

func TestTheErrorForATargetNamesTheColumnThatLooksLikeIt(t *testing.T) {
	err := &TargetError{File: "f", Target: "Größe", Names: []string{"a", "Gro\u0308ße"}, Count: 2}
	assert.EqualError(t, err, `f: no column "Größe": it has "Gro\u0308\u00dfe", which differs from "Gr\u00f6\u00dfe" `+
		"only in how letters are encoded")
}
