package cli

import (
	"fmt"
	"strings"

	"ridge/bcd/nn"
	"ridge/internal/words"
)

// texts are the names of values.
func texts[V any](list []V) []string {
	names := make([]string, len(list))
	for i, v := range list {
		names[i] = fmt.Sprint(v)
	}
	return names
}

// alternatives lists names as in a sentence: "sgd, nesterov or adam".
func alternatives[V any](list []V) string { return words.Or(texts(list)) }

// widthsText are the widths of layers with a separator between them, which is a comma where --net takes them.
func widthsText(widths []int, separator string) string {
	return strings.Join(texts(widths), separator)
}

// skipTexts are the skips of a network as --skip takes them.
func skipTexts(skips []nn.Skip) []string {
	list := []string{}
	for _, skip := range skips {
		list = append(list, fmt.Sprintf("%d:%d", skip.From, skip.To))
	}
	return list
}

// capitalized is a text with a capital letter at the beginning, which is an ASCII letter.
func capitalized(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
