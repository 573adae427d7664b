# errors.awk - makes of errors.tbl what the programs need.
#   awk -v want=idl  the enum ObError, for the type library
#   awk -v want=ids  the C enum error_id and the codes
#   awk -v want=c    the rows of the table in rules/error_text.c
#   awk -v want=txt  every text as it is formatted, for the reader

function quoted(text)
{
    gsub(/\\/, "&&", text); gsub(/"/, "\\\\&", text)
    return "L\"" text "\""
}
function flush()
{
    if (id == "") return
    if (what == "" || checked == "" || step == "") { print "errors.tbl: [" id "] is incomplete" > "/dev/stderr"; bad = 1 }
    if (want == "ids") print "    error_" id ","
    if (want == "c")
        printf "    [error_%s] = {0x%su, L\"%s\",\n        %s,\n        %s,\n        %s},\n", id, hex, name, quoted(what), quoted(checked), quoted(step)
    if (want == "txt") printf "[%s] %s 0x%s\n%s Checked: %s Next: %s\n\n", id, name, hex, what, checked, step
    id = what = checked = step = ""
}
BEGIN {
    if (want == "idl") print "[uuid(9acd0e04-8871-4188-bc42-ac6d967d9f03), v1_enum]\ntypedef enum ObError\n{"
    if (want == "ids") print "/* Made of errors.tbl. */\n#ifndef OB_GEN_ERRORS_H\n#define OB_GEN_ERRORS_H\n\nenum error_id\n{"
    if (want == "c") print "/* Made of errors.tbl. */"
}
/^#/ || /^$/ { next }
/^code / {
    codes[$2] = $3
    if (want == "idl") { printf "%s    %s = 0x%s", (count++ ? ",\n" : ""), $2, $3 }
    next
}
/^\[/ {
    flush()
    id = substr($1, 2, length($1) - 2); name = $2
    hex = ($3 != "") ? $3 : codes[name]
    if (hex == "") { print "errors.tbl: [" id "] has an unknown code" > "/dev/stderr"; bad = 1 }
    next
}
/^What: / { what = substr($0, 7); next }
/^Checked: / { checked = substr($0, 10); next }
/^Next: / { step = substr($0, 7); next }
{ print "errors.tbl: not understood: " $0 > "/dev/stderr"; bad = 1 }
END {
    flush()
    if (want == "idl") print "\n} ObError;"
    if (want == "ids") print "    error_id_count\n};\n\n#endif"
    exit bad
}
