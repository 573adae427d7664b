' whole_api.vbs - the whole interface from VBScript. whole_api.vbs FILE NAME
' The lines that it writes are those of whole_api.js: the test compares them. NAME makes its keys its own. Ends with the line "the end" and exit code 7.
Option Explicit

Dim session, mail, job, again, jobs, one, status, count, history, line

Sub Say(what, value)
    WScript.Echo what & ": " & value
End Sub

Sub SayTruth(what, holds)
    If holds Then Say what, "yes" Else Say what, "no"
End Sub

' The error of the statement before, as number and first sentence.
Sub SayError(what)
    Say what, Hex(Err.Number) & " " & Left(Err.Description, InStr(Err.Description, "Checked:") - 2)
    Err.Clear
End Sub

Set session = CreateObject("OutlookBroker.Session")
SayTruth "Version", Len(session.Version) > 0
SayTruth "Caller is User", session.Caller = session.User
session.Timeout = 60000
Say "Timeout", session.Timeout
session.Logon
session.Logon "Outlook", "", False, False
Say "Profile", session.Profile

Set mail = session.CreateMail()
mail.To = "a@example.com"
mail.CC = "c@example.com"
mail.BCC = "b@example.com"
mail.Subject = "From a script"
mail.Body = "body"
mail.HTMLBody = "<p><img src=""cid:logo""></p>"
mail.Importance = 2
mail.Sensitivity = 3
mail.Categories = "Orders"
mail.ReadReceiptRequested = True
mail.ReplyTo = "r@example.com"
mail.SentOnBehalfOfName = ""
mail.Account = ""
Say "To", mail.To
Say "CC", mail.CC
Say "BCC", mail.BCC
Say "Subject", mail.Subject
Say "Body", mail.Body
Say "HTMLBody", mail.HTMLBody
Say "Importance", mail.Importance
Say "Sensitivity", mail.Sensitivity
Say "Categories", mail.Categories
SayTruth "ReadReceiptRequested", mail.ReadReceiptRequested
Say "ReplyTo", mail.ReplyTo
Say "SentOnBehalfOfName", mail.SentOnBehalfOfName
Say "Account", mail.Account
SayTruth "DeferredDeliveryTime is Empty", IsEmpty(mail.DeferredDeliveryTime)
SayTruth "ExpiryTime is Empty", IsEmpty(mail.ExpiryTime)
mail.ExpiryTime = DateSerial(2040, 5, 17) + TimeSerial(13, 30, 0)
Say "ExpiryTime", Year(mail.ExpiryTime) & "-" & Month(mail.ExpiryTime) & "-" & Day(mail.ExpiryTime) & " " & Hour(mail.ExpiryTime) & ":" & Minute(mail.ExpiryTime)
mail.ExpiryTime = Empty
SayTruth "ExpiryTime is Empty again", IsEmpty(mail.ExpiryTime)
mail.Attach WScript.Arguments(0)
mail.Attach WScript.Arguments(0), "Shown", "logo"
mail.AttachData "base64.txt", "aGVsbG8="
mail.AttachData "numbers.txt", Array(104, 101, 108, 108, 111)
Set job = mail.Send()
Say "Wait", job.Wait(60000)
Set again = mail.Send("whole api " & WScript.Arguments(1))
Say "Key", Left(again.Key, 9)
SayTruth "another job", again.Id <> job.Id
Say "the same job", Abs(mail.Send(again.Key).Id = again.Id)
Say "Wait again", again.Wait()
SayTruth "a draft", Len(mail.Save()) > 0
Say "default member", Abs(CStr(job) = job.Id)
Say "found", Abs(session.Job(job.Id).Subject = job.Subject)
Say "StateName", job.StateName
Say "Attempts", job.Attempts
history = job.History
line = history(3)
Say "History", UBound(history) & " " & line(1) & " " & line(2)

mail.DeferredDeliveryTime = DateSerial(2040, 5, 17)
Set job = mail.Send()
Say "deferred", job.StateName
Say "NextAttemptAt", Year(job.NextAttemptAt) & "-" & Month(job.NextAttemptAt) & "-" & Day(job.NextAttemptAt)
SayTruth "FinishedAt is Empty", IsEmpty(job.FinishedAt)
job.Cancel
Say "after Cancel", job.StateName & " " & job.State
SayTruth "NextAttemptAt is Empty", IsEmpty(job.NextAttemptAt)

Set jobs = session.Jobs("cancelled", 1)
Say "Jobs.Count", jobs.Count
Say "Jobs.Item", Abs(jobs.Item(1).Id = job.Id)
Say "Jobs by default", Abs(jobs(1).Id = job.Id)
count = 0
For Each one In session.Jobs(5)
    If one.State = 5 Then count = count + 1
Next
SayTruth "all cancelled ones", count = session.Jobs("5").Count
Say "no such jobs", session.Jobs(6).Count

Set status = session.Status
Say "Status", status.StateName & " " & status.State
Say "Status by default", Abs(CStr(status) = status.Text)
SayTruth "DialogSince is Empty", IsEmpty(status.DialogSince)
SayTruth "OwnsOutlook", status.OwnsOutlook

On Error Resume Next
job.Cancel
SayError "Cancel"
job.Retry
SayError "Retry"
mail.Importance = 3
SayError "Importance"
mail.To = Null
SayError "Null"
mail.ExpiryTime = "tomorrow"
SayError "a date as text"
mail.AttachData "a.txt", "no base64!"
SayError "AttachData"
mail.Attach "relative.txt"
SayError "Attach"
session.Logon "", "secret"
SayError "Logon"
Set one = session.Jobs("nonsense")
SayError "Jobs"
Set one = jobs.Item(2)
SayError "Item"
Set one = session.Job("nonsense")
SayError "Job"
On Error GoTo 0

WScript.Echo "the end"
WScript.Quit 7
