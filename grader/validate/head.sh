# head.sh - how a table reads the head of a patch; the scripts here source it.
# shellcheck shell=sh

# A function of awk: what stands behind KEY in the head of the patch FILE.
# shellcheck disable=SC2034 # for those who source it
awk_head='
function head(key, file,    text, line) {
	while ((getline line < file) > 0 && line !~ /^--- /)
		if (index(line, key ": ") == 1)
			text = text (text == "" ? "" : " ") \
				substr(line, length(key) + 3)
	close(file)
	return text
}
'
