' send_mail.vbs - sends a mail through Outlook Broker and says what became of it.
' Run it without arguments to see how. Exit codes: 0 accepted (with /wait: sent), 1 refused or failed, 2 usage,
' 3 the broker could not be reached, 4 accepted, but not sent within /wait: the broker goes on by itself.
Option Explicit

Const Accepted = 0, Refused = 1, Usage = 2, NotReached = 3, StillOnItsWay = 4
Const obJobSent = 3, obJobFailed = 4

Dim given ' what the command line gives, by name; "" if it does not
Set given = CreateObject("Scripting.Dictionary")
WScript.Quit Main()

Function Main()
    Dim session, job

    Main = Usage
    If Not ReadArguments() Then Exit Function

    On Error Resume Next
    Set session = CreateObject("OutlookBroker.Session")
    If Err.Number <> 0 Then Main = CannotReach(Err.Number, Err.Description): Exit Function

    ' The mail is on disk when SendMail returns, whether or not Outlook runs. A Key makes it safe to send again.
    Set job = session.SendMail(given("to"), given("subject"), given("body"), given("html"), _
        given("attach"), given("cc"), given("bcc"), given("key"))
    If Err.Number <> 0 Then Main = Failure("The mail was not accepted.", Err.Number, Err.Description): Exit Function
    WScript.Echo "accepted: job " & job.Id
    Main = Accepted
    If given("wait") = "" Then Exit Function

    Main = StillOnItsWay
    job.Wait CLng(given("wait")) * 1000
    If Err.Number = 0 Then Main = Outcome(job)
    If Err.Number <> 0 Then Failure "The job's state could not be read.", Err.Number, Err.Description
End Function

Function Outcome(job)
    Dim state

    state = job.State
    WScript.Echo "state: " & job.StateName
    If job.LastErrorText <> "" Then WScript.Echo job.LastErrorText
    Outcome = StillOnItsWay
    If state = obJobSent Then Outcome = Accepted
    If state >= obJobFailed Then Outcome = Refused ' failed, cancelled or unknown: see the text
End Function

' Words for errors that come before the broker is reached: Windows has none, or misleading ones. "obctl status", run
' as the same account, gives the code behind 429.
Function CannotReach(number, description)
    Dim words

    Select Case number
    Case &H8000401A
        words = "Nobody is logged on here at an active session; whatever Windows says, no password is wrong. " & _
            "A disconnected remote desktop session counts as nobody." & vbCrLf & _
            "Next: log on as the mailbox's owner and leave the session connected (it may be locked)."
    Case 429
        words = "The broker is not registered on this machine, or Windows could not start it." & vbCrLf & _
            "Next: run obctl register in a prompt opened with ""Run as administrator""; " & _
            "if that was done, obctl status tells Windows' own code."
    Case 70, &H80070005
        words = "DCOM does not let this account start the broker or call it." & vbCrLf & _
            "Next: have an administrator run obctl register ""/Allow:DOMAIN\NAME"" with this account's name, or run " & _
            "the script as the user who is logged on at this machine."
    Case &H80080005
        words = "Windows started the broker, but it did not answer in time: it ended at once, was held up, or an " & _
            "outlook-broker.exe of another elevation stands in the way." & vbCrLf & _
            "Next: run outlook-broker.exe /Stop and try again without ""Run as administrator""."
    Case Else
        words = "Windows says: " & description & vbCrLf & "Next: run obctl status as this account."
    End Select
    WScript.Echo "The broker could not be reached (" & Code(number) & "). " & words
    CannotReach = NotReached
End Function

' The broker's own errors carry their text: what happened, what was checked, one next step.
Function Failure(what, number, description)
    Failure = Refused
    WScript.Echo what & " (" & Code(number) & ") " & description
    Select Case number
    Case 70, 462, &H80070005, &H800706BA, &H800706BE, &H80010108 ' refused by DCOM, or the broker went away
        Failure = NotReached
        WScript.Echo "The connection failed, so it is not known whether the mail was accepted. Next: if it had a " & _
            "/key, send it again with that: it is accepted once. Else look for it in Sent Items first."
    End Select
End Function

Function Code(number)
    Code = "error " & number
    If number < 0 Then Code = "0x" & Hex(number)
End Function

' Fills given from arguments of the form /name:value; says which are wrong.
Function ReadArguments()
    Dim i, argument, colon, name, wrong, seconds

    For Each name In Array("to", "subject", "body", "html", "attach", "cc", "bcc", "key", "wait")
        given(name) = ""
    Next
    For i = 0 To WScript.Arguments.Count - 1
        argument = WScript.Arguments(i)
        colon = InStr(argument, ":")
        name = ""
        If Left(argument, 1) = "/" And colon > 2 Then name = LCase(Mid(argument, 2, colon - 2))
        If given.Exists(name) Then given(name) = Mid(argument, colon + 1)
        If Not given.Exists(name) Then wrong = wrong & "Not understood: " & argument & vbCrLf
    Next
    Set seconds = New RegExp
    seconds.Pattern = "^([0-5]?[0-9]?[0-9]|600)?$"
    If Not seconds.Test(given("wait")) Then wrong = wrong & "Not 0 to 600 seconds: /wait:" & given("wait") & vbCrLf
    ReadArguments = wrong = "" And WScript.Arguments.Count > 0
    If Not ReadArguments Then WScript.Echo wrong & _
        "usage: cscript //nologo send_mail.vbs /to:a@b.c;d@e.f /subject:TEXT /body:TEXT" & vbCrLf & _
        "    [/html:TEXT] [/attach:FULLPATH|FULLPATH] [/cc:LIST] [/bcc:LIST] [/key:TEXT] [/wait:SECONDS, at most 600]"
End Function
