# errors.awk - makes of errors.tbl what the programs need.
#   awk -v want=idl  the enum ObError, for the type library
#   awk -v want=ids  the C enum error_id and the codes
#   awk -v want=c    the rows of the table in rules/error_text.c
#   awk -v want=txt  every text as it is formatted, for the reader
#   awk -v want=mc   the message table of outlook-broker-ps.dll, for windmc: the codes' own texts, and the events
#   awk -v want=messages  the codes' own texts as FormatMessage gives them, for the reader
#   awk -v want=events    the rows of the table of events in host/log.h

function quoted(text)
{
    gsub(/\\/, "&&", text); gsub(/"/, "\\\\&", text)
    return "L\"" text "\""
}
function flush()
{
    if (id == "" && code == "") return
    if (what == "" || checked == "" || step == "") { print "errors.tbl: [" id code "] is incomplete" > "/dev/stderr"; bad = 1 }
    if (code != "") flush_code()
    else flush_text()
    id = code = what = checked = step = ""
}
# A message number is the code's lower half; facility and severity are its upper half: FACILITY_ITF, and the error bit.
function flush_code(    text)
{
    text = what " Checked: " checked " Next: " step
    if (text ~ /%/) { print "errors.tbl: " code " has an insert" > "/dev/stderr"; bad = 1 }
    if (want == "mc") message("0x" substr(hex, 5), "Failed", "Interface", code, text)
    if (want == "messages") printf "%s 0x%s\n%s\n\n", code, hex, text
}
function message(number, severity, facility, symbol, text)
{
    printf "MessageId=%s\nSeverity=%s\nFacility=%s\nSymbolicName=%s\nLanguage=English\n%s\n.\n\n", number, severity, facility, symbol, text
}
function flush_text()
{
    if (want == "ids") print "    error_" id ","
    if (want == "c")
        printf "    [error_%s] = {0x%su, L\"%s\",\n        %s,\n        %s,\n        %s},\n", id, hex, name, quoted(what), quoted(checked), quoted(step)
    if (want == "txt") printf "[%s] %s 0x%s\n%s Checked: %s Next: %s\n\n", id, name, hex, what, checked, step
}
BEGIN {
    severities["error"] = "C"; severities["warning"] = "8"; severities["information"] = "4"
    if (want == "mc") {
        print "; // Made of errors.tbl.\n"
        print "MessageIdTypedef=DWORD"
        print "SeverityNames=(information=0x1 Failed=0x2 warning=0x2 error=0x3)"
        print "FacilityNames=(Application=0x0 Interface=0x4)"
        print "LanguageNames=(English=0x409:MSG00409)\n"
    }
    if (want == "events") print "/* Made of errors.tbl: EVENT(name, id with its severity, its word in the log) */"
    if (want == "idl") print "[uuid(9acd0e04-8871-4188-bc42-ac6d967d9f03), v1_enum]\ntypedef enum ObError\n{"
    if (want == "ids") print "/* Made of errors.tbl. */\n#ifndef OB_GEN_ERRORS_H\n#define OB_GEN_ERRORS_H\n\nenum error_id\n{"
    if (want == "c") print "/* Made of errors.tbl. */"
}
/^#/ || /^$/ { next }
/^code / {
    flush()
    code = $2; hex = $3
    codes[$2] = $3
    if (want == "idl") { printf "%s    %s = 0x%s", (count++ ? ",\n" : ""), $2, $3 }
    next
}
/^event / {
    flush()
    if (!($4 in severities)) { print "errors.tbl: no such severity: " $0 > "/dev/stderr"; bad = 1 }
    word = $2; gsub(/_/, "-", word)
    if (want == "events") printf "EVENT(%s, 0x%s%07X, \"%s\")\n", $2, severities[$4], $3, word
    if (want == "mc") message($3, $4, "Application", "event_" $2, "%1")
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
/^(Inserts|Note): / { next } # for docs/source/errors.awk
{ print "errors.tbl: not understood: " $0 > "/dev/stderr"; bad = 1 }
END {
    flush()
    if (want == "idl") print "\n} ObError;"
    if (want == "ids") print "    error_id_count\n};\n\n#endif"
    exit bad
}
