package cli

import "ridge/internal/words"

// parseColumnNames parses a list of columns.
func parseColumnNames(text string) ([]string, error) {
	fields, err := words.SplitNames(text)
	if err != nil {
		return nil, err
	}
	for i, field := range fields {
		name, ok := words.Unquote(field)
		if !ok || name == "" {
			return nil, want(field, "the name or the number of a column")
		}
		fields[i] = name
	}
	return fields, nil
}
