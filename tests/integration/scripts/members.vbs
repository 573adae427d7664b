' members.vbs - every member of Session, Job and Status from VBScript. members.vbs FILE
' Ends with the line "all members answered" and exit code 7; anything else is a failure.
Option Explicit

Dim session, job, again, status, history, line, variable, failed

Sub Check(what, holds)
    If Not holds Then
        WScript.Echo "wrong: " & what
        WScript.Quit 1
    End If
End Sub

Set session = CreateObject("OutlookBroker.Session")
Check "Version", Len(session.Version) > 0
Check "User", InStr(session.User, "\") > 0
Check "Caller", InStr(session.Caller, "\") > 0
Check "Timeout", session.Timeout = 30000
session.Timeout = 60000
Check "Timeout put", session.Timeout = 60000

Set job = session.SendMail("a@example.com", "from a script", "body")
Check "Wait", job.Wait(60000) = 3
Check "State", job.State = 3
Check "StateName", job.StateName = "sent"
Check "Subject", job.Subject = "from a script"
Check "Key", job.Key = ""
Check "Job Caller", job.Caller = session.Caller
Check "SubmittedAt", IsDate(job.SubmittedAt)
Check "FinishedAt", IsDate(job.FinishedAt)
Check "NextAttemptAt", IsEmpty(job.NextAttemptAt)
Check "Attempts", job.Attempts = 1
Check "LastError", job.LastError = 0
Check "LastErrorText", job.LastErrorText = ""
Check "EntryID", Len(job.EntryID) > 0
history = job.History
Check "History", LBound(history) = 0 And UBound(history) = 3
line = history(3)
Check "History's line", IsDate(line(0)) And line(1) = 3 And VarType(line(2)) = 8
Check "Wait without an argument", job.Wait() = 3
Check "default member", CStr(job) = job.Id

Set again = session.Job(job.Id)
Check "Job", again.Subject = "from a script"

' Variables arrive by reference, arrays of Variant, and arguments in the middle are left out.
variable = Array(WScript.Arguments(0), WScript.Arguments(0))
Set job = session.SendMail("a@example.com", "array from a script", "body", , variable, "c@example.com", , "script key")
Check "Key of the array's job", job.Key = "script key"
Check "sent with an array", job.Wait(60000) = 3
variable = WScript.Arguments(0)
Set job = session.SendMail("a@example.com", "text from a script", "body", "<p>html</p>", variable)
Check "sent with a text", job.Wait() = 3

Set status = session.Status
Check "Text", Len(status.Text) > 0
Check "default member of Status", CStr(status) = status.Text
Check "Status State", status.State = 1
Check "Status StateName", status.StateName = "ready"
Check "Profile", Len(status.Profile) > 0
Check "OutlookVersion", Len(status.OutlookVersion) > 0
Check "OutlookProcessId", status.OutlookProcessId > 0
Check "OwnsOutlook", status.OwnsOutlook = True
Check "ProcessId", status.ProcessId > 0
Check "WindowsSession", status.WindowsSession > 0
Check "StartedAt", IsDate(status.StartedAt)
Check "DialogTitle", status.DialogTitle = ""
Check "DialogText", status.DialogText = ""
Check "DialogSince", IsEmpty(status.DialogSince)
Check "Queued", status.Queued = 0
Check "Submitted", status.Submitted = 0
Check "Sent", status.Sent >= 3
Check "Failed", status.Failed = 0
Check "Unknown", status.Unknown = 0
Check "Restarts", status.Restarts = 0
Check "Status LastError", status.LastError = 0
Check "Status LastErrorText", status.LastErrorText = ""
Check "LogFile", InStr(status.LogFile, "OutlookBroker") > 0

' Errors come with number, source and text.
On Error Resume Next
session.SendMail "", "nobody", "body"
failed = Err.Number = &H8004B00F And Err.Source = "OutlookBroker.Session" And InStr(Err.Description, "no recipient") > 0
Check "error object", failed
Err.Clear
session.SendMail Null, "null", "body"
failed = Err.Number <> 0 And InStr(Err.Description, "cannot be Null") > 0
Check "Null", failed
Err.Clear
session.Timeout = 1
failed = Err.Number <> 0 And InStr(Err.Description, "100 to 600000") > 0
Check "Timeout out of range", failed
On Error GoTo 0

WScript.Echo "all members answered"
WScript.Quit 7
