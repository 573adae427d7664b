// lists.js - lists and objects of JScript as arguments. lists.js FILE
// Ends with the line "all lists answered" and exit code 7; anything else is a failure.

var session = new ActiveXObject("OutlookBroker.Session");
var file = WScript.Arguments(0);

function check(what, holds)
{
    if (holds) return;
    WScript.Echo("wrong: " + what);
    WScript.Quit(1);
}

function sent(attachments)
{
    return session.SendMail("a@example.com", "from JScript", "body", "", attachments).Wait(60000) == 3;
}

// The text of the refusal; "" if there is none.
function refusal(to, attachments)
{
    try
    {
        session.SendMail(to, "from JScript", "body", "", attachments);
    }
    catch (error)
    {
        return error.message;
    }
    return "";
}

function refused(what, text, words)
{
    check(what + ": " + text, text.indexOf(words) >= 0);
}

check("a list of one", sent([file]));
check("a list of two", sent([file, file]));
check("an empty list", sent([]));
check("a String object", sent(new String(file)));
refused("a number in a list", refusal("a@example.com", [file, 5]), "one of its elements is no text");
refused("a path that is none", refusal("a@example.com", [file, "relative.txt"]), "it is a relative path");
refused("a hole in a list", refusal("a@example.com", new Array(2)), "one of its elements cannot be read");
refused("a list of addresses", refusal(["a@example.com", "b@example.com"], ""), "the argument To cannot be a list object");
refused("a list of addresses", refusal(["a@example.com", "b@example.com"], ""), "Join(list, \";\")");
check("addresses joined", refusal(["a@example.com", "b@example.com"].join(";"), "") == "");

WScript.Echo("all lists answered");
WScript.Quit(7);
