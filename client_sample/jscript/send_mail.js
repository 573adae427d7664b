// send_mail.js - sends a mail through Outlook Broker and says what became of it: send_mail.vbs in JScript.
// Run it without arguments to see how. Exit codes: 0 accepted (with /wait: sent), 1 refused or failed, 2 usage,
// 3 the broker could not be reached, 4 accepted, but not sent within /wait: the broker goes on by itself.

var ACCEPTED = 0, REFUSED = 1, USAGE = 2, NOT_REACHED = 3, STILL_ON_ITS_WAY = 4;
var obJobSent = 3, obJobFailed = 4;

// What the command line gives, by name; "" if it does not.
var given = { to: "", subject: "", body: "", html: "", attach: "", cc: "", bcc: "", key: "", wait: "" };
WScript.Quit(main());

function main()
{
    var session, job;

    if (!readArguments()) return USAGE;

    try
    {
        session = new ActiveXObject("OutlookBroker.Session");
    }
    catch (error)
    {
        return cannotReach(error);
    }

    // The mail is on disk when SendMail returns, whether or not Outlook runs. A Key makes it safe to send again.
    try
    {
        job = session.SendMail(given.to, given.subject, given.body, given.html,
            given.attach, given.cc, given.bcc, given.key);
    }
    catch (error)
    {
        return failure("The mail was not accepted.", error);
    }

    try
    {
        WScript.Echo("accepted: job " + job.Id);
        if (given.wait === "") return ACCEPTED;
        job.Wait(Number(given.wait) * 1000);
        return outcome(job);
    }
    catch (error)
    {
        failure("The job's state could not be read.", error);
        return given.wait === "" ? ACCEPTED : STILL_ON_ITS_WAY;
    }
}

function outcome(job)
{
    var state = job.State, text;

    WScript.Echo("state: " + job.StateName);
    text = job.LastErrorText;
    if (text !== "") WScript.Echo(text);
    if (state === obJobSent) return ACCEPTED;
    if (state >= obJobFailed) return REFUSED; // failed, cancelled or unknown: see the text
    return STILL_ON_ITS_WAY;
}

// Words for errors that come before the broker is reached: Windows has none, or misleading ones. "obctl status", run
// as the same account, gives the code behind 429.
function cannotReach(error)
{
    var words;

    switch (number(error))
    {
    case 0x8000401A:
        words = "Nobody is logged on here at an active session; whatever Windows says, no password is wrong. " +
            "A disconnected remote desktop session counts as nobody.\r\n" +
            "Next: log on as the mailbox's owner and leave the session connected (it may be locked).";
        break;
    case 429:
        words = "The broker is not registered on this machine, or Windows could not start it.\r\n" +
            "Next: run obctl register in a prompt opened with \"Run as administrator\"; " +
            "if that was done, obctl status tells Windows' own code.";
        break;
    case 70:
    case 0x80070005:
        words = "DCOM does not let this account start the broker or call it.\r\n" +
            "Next: have an administrator run obctl register \"/Allow:DOMAIN\\NAME\" with this account's name, or run " +
            "the script as the user who is logged on at this machine.";
        break;
    case 0x80080005:
        words = "Windows started the broker, but it did not answer in time: it ended at once, was held up, or an " +
            "outlook-broker.exe of another elevation stands in the way.\r\n" +
            "Next: run outlook-broker.exe /Stop and try again without \"Run as administrator\".";
        break;
    default:
        words = "Windows says: " + error.message + "\r\nNext: run obctl status as this account.";
    }
    WScript.Echo("The broker could not be reached (" + code(error) + "). " + words);
    return NOT_REACHED;
}

// The broker's own errors carry their text: what happened, what was checked, one next step.
function failure(what, error)
{
    WScript.Echo(what + " (" + code(error) + ") " + error.message);
    switch (number(error))
    {
    case 70: // from here: refused by DCOM, or the broker went away
    case 462:
    case 0x80070005:
    case 0x800706BA:
    case 0x800706BE:
    case 0x80010108:
        WScript.Echo("The connection failed, so it is not known whether the mail was accepted. Next: if it had a " +
            "/key, send it again with that: it is accepted once. Else look for it in Sent Items first.");
        return NOT_REACHED;
    }
    return REFUSED;
}

// The error's number as VBScript gives it: JScript adds 0x800A0000 to those of the script engines (429, 70, 462), and
// takes codes for negative numbers.
function number(error)
{
    var unsigned = error.number >>> 0;

    return unsigned >>> 16 === 0x800A ? unsigned & 0xFFFF : unsigned;
}

function code(error)
{
    var value = number(error);

    return value >= 0x80000000 ? "0x" + value.toString(16).toUpperCase() : "error " + value;
}

// Fills given from arguments of the form /name:value; says which are wrong.
function readArguments()
{
    var i, argument, colon, name, wrong = "";

    for (i = 0; i < WScript.Arguments.length; i++)
    {
        argument = WScript.Arguments(i);
        colon = argument.indexOf(":");
        name = argument.charAt(0) === "/" && colon > 1 ? argument.substring(1, colon).toLowerCase() : "";
        if (given.hasOwnProperty(name))
            given[name] = argument.substring(colon + 1);
        else
            wrong += "Not understood: " + argument + "\r\n";
    }
    if (!/^([0-5]?[0-9]?[0-9]|600)?$/.test(given.wait)) wrong += "Not 0 to 600 seconds: /wait:" + given.wait + "\r\n";
    if (wrong === "" && WScript.Arguments.length > 0) return true;
    WScript.Echo(wrong +
        "usage: cscript //nologo send_mail.js /to:a@b.c;d@e.f /subject:TEXT /body:TEXT\r\n" +
        "    [/html:TEXT] [/attach:FULLPATH|FULLPATH] [/cc:LIST] [/bcc:LIST] [/key:TEXT] [/wait:SECONDS, at most 600]");
    return false;
}
