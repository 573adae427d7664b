// whole_api.js - the whole interface from JScript. whole_api.js FILE NAME
// The lines that it writes are those of whole_api.vbs, which runs first: the test compares them. Where the engine knows
// no dates of others (Wine's), it says "no dates here". Ends with the line "the end" and exit code 7.

function say(what, value)
{
    WScript.Echo(what + ": " + value);
}

function sayTruth(what, holds)
{
    say(what, holds ? "yes" : "no");
}

// What the action fails with, as number and first sentence.
function sayError(what, action)
{
    try
    {
        action();
        say(what, "no error");
    }
    catch (error)
    {
        var number = (error.number < 0 ? error.number + 0x100000000 : error.number).toString(16).toUpperCase();
        say(what, number + " " + error.message.substr(0, error.message.indexOf("Checked:") - 1));
    }
}

function isEmpty(value)
{
    return typeof value == "undefined";
}

function day(date)
{
    return date.getFullYear() + "-" + (date.getMonth() + 1) + "-" + date.getDate();
}

var session = new ActiveXObject("OutlookBroker.Session");
var hasDates = typeof new Date().getVarDate != "undefined", noDates = "no dates here";
var mail, job, again, jobs, status, date, count, i;

sayTruth("Version", session.Version.length > 0);
sayTruth("Caller is User", session.Caller == session.User);
session.Timeout = 60000;
say("Timeout", session.Timeout);
session.Logon();
session.Logon("Outlook", "", false, false);
say("Profile", session.Profile);

mail = session.CreateMail();
mail.To = "a@example.com";
mail.CC = "c@example.com";
mail.BCC = "b@example.com";
mail.Subject = "From a script";
mail.Body = "body";
mail.HTMLBody = "<p><img src=\"cid:logo\"></p>";
mail.Importance = 2;
mail.Sensitivity = 3;
mail.Categories = "Orders";
mail.ReadReceiptRequested = true;
mail.ReplyTo = "r@example.com";
mail.SentOnBehalfOfName = "";
mail.Account = "";
say("To", mail.To);
say("CC", mail.CC);
say("BCC", mail.BCC);
say("Subject", mail.Subject);
say("Body", mail.Body);
say("HTMLBody", mail.HTMLBody);
say("Importance", mail.Importance);
say("Sensitivity", mail.Sensitivity);
say("Categories", mail.Categories);
sayTruth("ReadReceiptRequested", mail.ReadReceiptRequested);
say("ReplyTo", mail.ReplyTo);
say("SentOnBehalfOfName", mail.SentOnBehalfOfName);
say("Account", mail.Account);
sayTruth("DeferredDeliveryTime is Empty", isEmpty(mail.DeferredDeliveryTime));
sayTruth("ExpiryTime is Empty", isEmpty(mail.ExpiryTime));
if (hasDates)
{
    mail.ExpiryTime = new Date(2040, 4, 17, 13, 30, 0).getVarDate();
    date = new Date(mail.ExpiryTime);
    say("ExpiryTime", day(date) + " " + date.getHours() + ":" + date.getMinutes());
}
else
    say("ExpiryTime", noDates);
mail.ExpiryTime = undefined;
sayTruth("ExpiryTime is Empty again", isEmpty(mail.ExpiryTime));
mail.Attach(WScript.Arguments(0));
mail.Attach(WScript.Arguments(0), "Shown", "logo");
mail.AttachData("base64.txt", "aGVsbG8=");
mail.AttachData("numbers.txt", "aGVsbG8="); // JScript has no array that is one for others
job = mail.Send();
say("Wait", job.Wait(60000));
again = mail.Send("whole api " + WScript.Arguments(1));
say("Key", again.Key.substr(0, 9));
sayTruth("another job", again.Id != job.Id);
say("the same job", mail.Send(again.Key).Id == again.Id ? 1 : 0);
say("Wait again", again.Wait());
sayTruth("a draft", mail.Save().length > 0);
say("default member", String(job) == job.Id ? 1 : 0);
say("found", session.Job(job.Id).Subject == job.Subject ? 1 : 0);
say("StateName", job.StateName);
say("Attempts", job.Attempts);
var line = new VBArray(new VBArray(job.History).getItem(3));
say("History", new VBArray(job.History).ubound() + " " + line.getItem(1) + " " + line.getItem(2));

if (hasDates)
{
    mail.DeferredDeliveryTime = new Date(2040, 4, 17).getVarDate();
    job = mail.Send();
    say("deferred", job.StateName);
    say("NextAttemptAt", day(new Date(job.NextAttemptAt)));
    sayTruth("FinishedAt is Empty", isEmpty(job.FinishedAt));
    job.Cancel();
    say("after Cancel", job.StateName + " " + job.State);
}
else
{
    say("deferred", noDates);
    say("NextAttemptAt", noDates);
    say("FinishedAt is Empty", noDates);
    say("after Cancel", noDates);
    job = session.Jobs("cancelled", 1).Item(1);
}
sayTruth("NextAttemptAt is Empty", isEmpty(job.NextAttemptAt));

jobs = session.Jobs("cancelled", 1);
say("Jobs.Count", jobs.Count);
say("Jobs.Item", jobs.Item(1).Id == job.Id ? 1 : 0);
say("Jobs by default", jobs(1).Id == job.Id ? 1 : 0);
count = 0;
var cancelled = session.Jobs(5);
for (i = 1; i <= cancelled.Count; i++)
    if (cancelled.Item(i).State == 5) count++;
sayTruth("all cancelled ones", count == session.Jobs("5").Count);
say("no such jobs", session.Jobs(6).Count);

status = session.Status;
say("Status", status.StateName + " " + status.State);
say("Status by default", String(status) == status.Text ? 1 : 0);
sayTruth("DialogSince is Empty", isEmpty(status.DialogSince));
sayTruth("OwnsOutlook", status.OwnsOutlook);

sayError("Cancel", function () { job.Cancel(); });
sayError("Retry", function () { job.Retry(); });
sayError("Importance", function () { mail.Importance = 3; });
sayError("Null", function () { mail.To = null; });
sayError("a date as text", function () { mail.ExpiryTime = "tomorrow"; });
sayError("AttachData", function () { mail.AttachData("a.txt", "no base64!"); });
sayError("Attach", function () { mail.Attach("relative.txt"); });
sayError("Logon", function () { session.Logon("", "secret"); });
sayError("Jobs", function () { session.Jobs("nonsense"); });
sayError("Item", function () { job = jobs.Item(2); });
sayError("Job", function () { session.Job("nonsense"); });

WScript.Echo("the end");
WScript.Quit(7);
