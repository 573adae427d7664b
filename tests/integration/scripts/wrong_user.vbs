' wrong_user.vbs - what a script is told by a broker whose user is no mailbox owner: what asks about the broker works,
' what uses it says why not. Ends with the line "all said" and exit code 7: an error that nobody sees would end with 0.
Option Explicit

Dim session, job
Set session = CreateObject("OutlookBroker.Session")
WScript.Echo "Version=" & session.Version
WScript.Echo "User=" & session.User
WScript.Echo "Caller=" & session.Caller
WScript.Echo "State=" & session.Status.StateName
On Error Resume Next
Set job = session.SendMail("a@example.com", "subject", "body")
WScript.Echo "Error=" & Hex(Err.Number)
WScript.Echo "Text=" & Err.Description
On Error GoTo 0
WScript.Echo "all said"
WScript.Quit 7
