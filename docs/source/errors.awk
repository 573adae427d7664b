# errors.awk - makes docs/errors.md of idl/errors.tbl: one section a code, with every text that may come with it.
#   awk -v before=docs/source/before_the_broker.md -f docs/source/errors.awk idl/errors.tbl
# Of a text with inserts the line "Inserts:" says what they stand for; one too few or too many ends it with 1.

function complain(words)
{
    print "errors.tbl: " words > "/dev/stderr"
    bad = 1
}
function number_of(hex,    i, value)
{
    for (i = 1; i <= length(hex); i++) value = value * 16 + index("0123456789ABCDEF", substr(hex, i, 1)) - 1
    return value
}
# As VBScript's Err.Number has it: of 32 bits with a sign.
function decimal(hex,    value)
{
    value = number_of(toupper(hex))
    return sprintf("%.0f", value >= 2147483648 ? value - 4294967296 : value)
}
function escaped(text)
{
    gsub(/[*<>|]/, "\\\\&", text)
    return text
}
# %1 becomes «what it stands for».
function filled(text,    i, mark, at)
{
    text = escaped(text)
    for (i = 1; i <= 5; i++) {
        mark = "%" i
        while ((at = index(text, mark)) > 0) {
            if (i > insert_count) { complain("[" id "] does not say what " mark " stands for; add it to its line Inserts:"); return text }
            text = substr(text, 1, at - 1) "«" insert[i] "»" substr(text, at + 2)
            used[i] = 1
        }
    }
    gsub(/%%/, "%", text)
    return text
}
function section_of(symbol, hex)
{
    if (!((symbol, hex) in section)) {
        section[symbol, hex] = ++sections
        symbols[sections] = symbol
        hexes[sections] = hex
    }
    return section[symbol, hex]
}
function flush(    i, at)
{
    if (id == "" && code == "") return
    delete used
    at = code != "" ? section_of(code, hex) : section_of(name, hex)
    whole = "- " filled(what) "\n  *Checked:* " filled(checked) "\n  *Next:* " filled(step) "\n"
    if (code == "")
        for (i = 1; i <= insert_count; i++) if (!(i in used)) complain("[" id "] has no %" i ", which its line Inserts: names")
    if (code != "") general[at] = whole
    else texts[at] = texts[at] whole
    id = code = what = checked = step = ""
    insert_count = 0
}
function show_section(i)
{
    printf "\n### %s\n\n", symbols[i] == "S_OK" ? "No error" : symbols[i]
    if (symbols[i] == "S_OK") print "0: what the history of a job, or its LastErrorText, may say of a mail that is `sent`.\n"
    else printf "`0x%s` · `%s`\n\n", hexes[i], decimal(hexes[i])
    printf "%s", note[i]
    if (general[i] != "" && texts[i] != "") printf "%s\nWith what was found, in place of that:\n\n", general[i]
    else printf "%s", general[i]
    printf "%s", texts[i]
}
function show_sections(ours,    i)
{
    for (i = 1; i <= sections; i++) if ((symbols[i] ~ /^OB_E_/) == ours) show_section(i)
}

/^#/ || /^$/ { next }
/^code / { flush(); code = $2; hex = $3; codes[$2] = $3; next }
/^event / { flush(); word = $2; gsub(/_/, "-", word); events = events "| " $3 " | " $4 " | `" word "` |\n"; next }
/^\[/ {
    flush()
    id = substr($1, 2, length($1) - 2); name = $2
    hex = $3 != "" ? $3 : codes[name]
    next
}
/^What: / { what = substr($0, 7); next }
/^Checked: / { checked = substr($0, 10); next }
/^Next: / { step = substr($0, 7); next }
/^Note: / { note[section_of(code, hex)] = substr($0, 7) "\n\n"; next }
/^Inserts: / { insert_count = split(substr($0, 10), insert, / \| /); next }
{ complain("not understood: " $0) }

END {
    flush()
    while ((getline line < before) > 0) print line
    print "\n## The broker's own codes\n"
    print "Each comes with a text of three parts: what happened, what was checked, and one next step. «...» is what is filled in."
    print "The first text of a section is for who has the code alone, without the error object, as `FormatMessage` gives it from"
    print "`outlook-broker-ps.dll`; the texts behind it say what was found."
    show_sections(1)
    print "\n## Windows' codes, with a text of the broker's"
    show_sections(0)
    print "\n## Events\n"
    print "In Windows' log *Application*, source *OutlookBroker*, with the text of the error.\n"
    print "| id | severity | the same in the broker's log |\n|---|---|---|"
    printf "%s", events
    exit bad
}
