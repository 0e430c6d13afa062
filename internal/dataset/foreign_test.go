package dataset

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatAFileIsThatCannotBeReadIsNamed(t *testing.T) {
	tar := "x.csv" + strings.Repeat("\x00", 252) + "ustar\x00"
	for want, content := range map[string]string{
		"compressed with bzip2":              "BZh91AY&SY\x00",
		"compressed with xz":                 "\xfd7zXZ\x00\x00",
		"compressed with zstd":               "\x28\xb5\x2f\xfd\x00",
		"compressed with gzip a second time": string(packed(packed([]byte("1,a\n2,b\n")))),
		"a tar archive":                      string(packed([]byte(tar))),
	} {
		_, err := Load(t.Context(), Request{Data: file(t, "x.csv", content)})
		assert.ErrorContains(t, err, "x.csv: is "+want+", which is not read here: save it as CSV, plain or .gz")
	}
}
