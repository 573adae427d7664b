# api.awk - makes docs/api.md of idl/outlook_broker.idl and the generated build/gen/errors.idl: every class, interface and
# member with its help string, as a script writes it, and every constant.
#   awk -f docs/source/api.awk idl/outlook_broker.idl
# It reads as much of the language as the contract uses; what it does not understand ends it with 1.

# --- words of the IDL: names and numbers, texts with their quotes, comments, single characters

{ source = source $0 "\n" }

function scan(    rest)
{
    rest = source
    while (rest != "") {
        if (match(rest, /^[ \t\r\n]+/)) { rest = substr(rest, RLENGTH + 1); continue }
        if (substr(rest, 1, 2) == "/*") RLENGTH = index(rest, "*/") + 1
        else if (!match(rest, /^"([^"\\]|\\.)*"/) && !match(rest, /^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?/)) RLENGTH = 1
        words[++word_count] = substr(rest, 1, RLENGTH)
        rest = substr(rest, RLENGTH + 1)
    }
}
function fail(expected)
{
    if (!bad) print "api.awk: " expected " expected, but there is: " words[at] " " words[at + 1] " " words[at + 2] > "/dev/stderr"
    bad = 1
    exit 1
}
function is_comment(word) { return substr(word, 1, 2) == "/*" }
function word()
{
    while (is_comment(words[at])) at++
    return words[at]
}
function take(    taken)
{
    if (at > word_count) fail("more")
    taken = word()
    at++
    return taken
}
function want(expected) { if (word() != expected) fail(expected); at++ }
function plain(text)
{
    text = substr(text, 2, length(text) - 2)
    gsub(/\\"/, "\"", text)
    gsub(/\\\\/, "\\", text)
    return text
}
# Fills attribute[NAME] with what stands in its parentheses, or 1.
function take_attributes(    name, value, depth)
{
    delete attribute
    if (word() != "[") return
    take()
    while (word() != "]") {
        name = take()
        value = 1
        if (word() == "(") {
            take()
            value = ""
            for (depth = 1; depth; ) {
                if (word() == "(") depth++
                if (word() == ")" && !--depth) break
                value = value take()
            }
            want(")")
        }
        attribute[name] = value
        if (word() == ",") take()
    }
    want("]")
}

# --- what the page says

function escaped(text)
{
    gsub(/[*<>|]/, "\\\\&", text)
    return text
}
function help() { return ("helpstring" in attribute) ? escaped(plain(attribute["helpstring"])) : "" }
function class_of(type) { return (type in implemented) ? implemented[type] : type }
function anchor(text) { return tolower(text) }
function type_words(type)
{
    if (type == "BSTR") return "String"
    if (type == "long") return "Long"
    if (type == "VARIANT") return "Variant"
    if (type == "VARIANT_BOOL") return "Boolean"
    if (type in enums) return "Long, [" type "](#" anchor(type) ")"
    if (type in implemented) return "[" class_of(type) "](#" anchor(class_of(type)) ")"
    return type
}
function number_words(id)
{
    if (id == "DISPID_VALUE") return "0"
    if (id == "DISPID_NEWENUM") return "-4"
    return id
}

# --- the contract, read twice: names and classes first, so that types can be told and linked

function take_enum(writing,    name, value, next_value, note)
{
    take(); take(); name = take()
    enums[name] = 1
    want("{")
    if (writing) printf "\n### %s\n\n", name
    if (writing) print "| name | value | meaning |\n|---|---|---|"
    while (word() != "}") {
        value = take()
        if (word() == "=") { take(); next_value = take() } else next_value++
        if (words[at] == ",") at++
        note = ""
        if (is_comment(words[at])) { note = words[at]; gsub(/^\/\*[ \n]*|[ \n]*\*\/$/, "", note); at++ }
        if (writing) printf "| `%s` | %s | %s |\n", value, next_value, escaped(note)
    }
    want("}"); take(); want(";")
}
# The parameters of a member; the one that is answered goes to answer.
function take_parameters(    count, type)
{
    count = 0
    answer = ""
    want("(")
    while (word() != ")") {
        take_attributes()
        type = take()
        while (word() == "*") take()
        if ("retval" in attribute) { answer = type; take() }
        else {
            parameter_type[++count] = type
            parameter_optional[count] = "optional" in attribute
            parameter_default[count] = ("defaultvalue" in attribute) ? "`" attribute["defaultvalue"] "`" : ""
            parameter_name[count] = take()
        }
        if (word() == ",") take()
    }
    want(")"); want(";")
    return count
}
function argument_list(count,    i, list)
{
    for (i = 1; i <= count; i++)
        list = list (i > 1 ? ", " : "") (parameter_optional[i] ? "[" parameter_name[i] "]" : parameter_name[i])
    return list
}
# A read and a write of one property are one row.
function add_property(name, count, id, words_of_it, writes,    key)
{
    key = name
    if (!(key in property_row)) { property_row[key] = ++property_count; property_name[property_count] = name }
    key = property_row[key]
    property_id[key] = id
    if (writes) { property_written[key] = words_of_it; property_type[key] = type_words(parameter_type[1]) }
    else {
        property_read[key] = words_of_it
        property_type[key] = type_words(answer)
        if (count) property_name[key] = name "(" argument_list(count) ")"
    }
}
function add_method(name, count, id, words_of_it, variable,    i, text, call)
{
    call = variable "." name
    if (answer in implemented) call = "Set " result_name(answer) " = " call "(" argument_list(count) ")"
    else if (answer != "") call = result_name(answer) " = " call "(" argument_list(count) ")"
    else if (count) call = call " " argument_list(count)
    text = "\n### " name "\n\n    " call "\n\n" words_of_it "\n"
    if (count) text = text "\n| parameter | type | if it is left out |\n|---|---|---|\n"
    for (i = 1; i <= count; i++)
        text = text "| `" parameter_name[i] "` | " type_words(parameter_type[i]) " | " \
            (!parameter_optional[i] ? "it has to be given" : parameter_default[i] != "" ? parameter_default[i] : "see above") " |\n"
    text = text "\n" (answer != "" ? "Answer: " type_words(answer) ". " : "") "DISPID " id ".\n"
    methods = methods text
}
function result_name(type)
{
    if (type in implemented) return tolower(substr(class_of(type), 3))
    return type in enums ? "state" : "text"
}
function show_interface(    i, key)
{
    if (property_count) print "\n| property | type | DISPID | what it is |\n|---|---|---|---|"
    for (i = 1; i <= property_count; i++) {
        printf "| `%s`%s | %s | %s | ", property_name[i], property_id[i] == "0" ? " (default)" : "", property_type[i], property_id[i]
        if (property_read[i] == property_written[i]) printf "%s Read and write. |\n", property_read[i]
        else if (property_written[i] == "") printf "%s |\n", property_read[i]
        else printf "%s To write: %s |\n", property_read[i], property_written[i]
    }
    printf "%s", methods
}
function take_interface(writing,    name, count, id, words_of_it, member, gets, puts)
{
    take(); name = take()
    if (word() == ";") { take(); return }
    want(":"); take(); want("{")
    methods = ""
    property_count = 0
    delete property_row; delete property_read; delete property_written
    while (word() != "}") {
        take_attributes()
        id = number_words(attribute["id"]); words_of_it = help()
        gets = "propget" in attribute; puts = "propput" in attribute || "propputref" in attribute
        want("HRESULT"); member = take()
        count = take_parameters()
        if (gets || puts) add_property(member, count, id, words_of_it, puts)
        else add_method(member, count, id, words_of_it, tolower(substr(name, 4)))
    }
    want("}")
    if (writing) show_interface()
    if (word() == ";") take()
}
# Sinks of events: methods only, told by their names.
function take_dispinterface(writing,    name, count, id, words_of_it, member)
{
    take(); name = take()
    if (word() == ";") { take(); return }
    implemented_by_client[name] = 1
    want("{"); want("properties"); want(":"); want("methods"); want(":")
    methods = ""
    property_count = 0
    while (word() != "}") {
        take_attributes()
        id = number_words(attribute["id"]); words_of_it = help()
        take(); member = take()
        count = take_parameters()
        add_method(member, count, id, words_of_it, tolower(substr(name, 4)))
    }
    want("}")
    if (writing) show_interface()
    if (word() == ";") take()
}
function take_coclass(    name, creatable, said)
{
    creatable = !("noncreatable" in attribute)
    said = help()
    take(); name = take()
    want("{")
    while (word() != "}") {
        take_attributes()
        take()
        if (("default" in attribute) && !("source" in attribute)) {
            implemented[word()] = name
            interface_of[name] = word()
        }
        else if ("source" in attribute) source_of[name] = word()
        take(); want(";")
    }
    want("}")
    if (word() == ";") take()
    class_names[++class_count] = name
    class_help[name] = said
    class_creatable[name] = creatable
}
# One declaration; what it is called goes to declared[], and its place to place[].
function take_declaration(    start)
{
    start = at
    take_attributes()
    if (word() == "import" || word() == "importlib") { while (take() != ";"); return }
    if (word() == "#") { take(); take(); take(); return }
    if (word() == "library") { take(); library = take(); want("{"); return }
    if (word() == "}") { take(); if (word() == ";") take(); return }
    if (word() == "typedef") { enum_place[++enum_count] = start; take_enum(0); return }
    if (word() == "interface") {
        if (words[at + 2] != ";") { interface_place[words[at + 1]] = start; interface_help[words[at + 1]] = help() }
        take_interface(0)
        return
    }
    if (word() == "dispinterface") {
        if (words[at + 2] != ";") { interface_place[words[at + 1]] = start; interface_help[words[at + 1]] = help() }
        take_dispinterface(0)
        return
    }
    if (word() == "coclass") { take_coclass(); return }
    fail("a declaration")
}
function write_interface(name)
{
    at = interface_place[name]
    take_attributes()
    if (word() == "interface") take_interface(1)
    else take_dispinterface(1)
}
function write_class(name,    interface)
{
    interface = interface_of[name]
    printf "\n## %s\n\n", name
    printf "%s\n\n", interface_help[interface] != "" ? interface_help[interface] : class_help[name]
    if (class_creatable[name])
        printf "ProgID `%s.%s` (`%s.%s.1`); interface `%s`.\n", library, substr(name, 3), library, substr(name, 3), interface
    else printf "Interface `%s`. Not created: other members answer with it.\n", interface
    write_interface(interface)
    if (name in source_of) {
        printf "\n### Events: %s\n\n%s\n", source_of[name], interface_help[source_of[name]]
        write_interface(source_of[name])
    }
}
function last_of_page(    i)
{
    print "\n## Constants"
    print "\nScripts write the numbers; VBA and ASP (`METADATA TYPE=\"typelib\"`) have the names."
    for (i = 1; i <= enum_count; i++) {
        at = enum_place[i]
        take_attributes()
        take_enum(1)
    }
    print "\n### ObError\n\nThe codes and their texts: [errors.md](errors.md)."
}
END {
    if (bad) exit 1
    scan()
    for (at = 1; at <= word_count && !bad; word()) if (at <= word_count && word() != "") take_declaration()
    print "# Members\n"
    print "<!-- Made by `make docs`, of the help strings in idl/outlook_broker.idl. -->\n"
    print "Every class of the type library *" library "*. Scripts make a session and reach all else from there:\n"
    print "    Set session = CreateObject(\"" library ".Session\")\n"
    print "In brackets: may be left out. A member that Outlook also has keeps Outlook's name, type and meaning. Lists are counted"
    print "from 1, arrays from 0. Errors come with a text: [errors.md](errors.md)."
    for (i = 1; i <= class_count; i++) if (class_creatable[class_names[i]]) write_class(class_names[i])
    for (i = 1; i <= class_count; i++) if (!class_creatable[class_names[i]]) write_class(class_names[i])
    last_of_page()
    exit bad
}
