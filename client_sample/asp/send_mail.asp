<%@ Language="VBScript" CodePage="65001" EnableSessionState="False" %>
<%
' send_mail.asp - a form that sends a mail through Outlook Broker, and the page that says what became of it.
'
' Who may open this page sends mail as the mailbox's owner: put it behind a sign-in, and if that is one that browsers
' repeat by themselves (Windows authentication, cookies), add a token against forms that other sites post here.
'
' Which account the broker sees depends on IIS. With anonymous authentication set to "Application pool identity" it is
' the pool's; let it in once, as an administrator, with the pool's name for NAME:
'     obctl register "/Allow:IIS AppPool\NAME"
' Else it is IUSR ("/Allow:NT AUTHORITY\IUSR"), or with Windows authentication possibly the visitor: the line "Account"
' of the job's page tells which. An account that was not let in gets error 70 (0x80070005; IIS calls it ASP 0178).
Option Explicit

Const obJobSent = 3, obJobFailed = 4
Const OB_E_KEY_REUSED = &H8004B013
Const PageWaitMs = 5000 ' no visitor waits longer: the broker goes on by itself, and the page can be asked again

Dim problem                               ' what went wrong, for the visitor; "" if nothing did
Dim jobId, stateName, stateText, isFinal  ' the job to be shown; jobId is "" if there is none
Dim account
Dim newKey                                ' True: the key that came with the form is used up

Response.Charset = "utf-8"
Response.CacheControl = "no-store" ' a form out of a cache would have the key of another mail

' Only POST sends; whatever a link or a reload of another page asks for by GET just shows something.
If Request.ServerVariables("REQUEST_METHOD") = "POST" Then
    Send
ElseIf Asked("job") <> "" Then
    LookUp
End If

Sub Send()
    Dim broker, job

    On Error Resume Next
    Set broker = Server.CreateObject("OutlookBroker.Session")
    If Err.Number <> 0 Then problem = CannotReach(Err.Number, Err.Description): Exit Sub

    ' The mail is on disk when SendMail returns, whether or not Outlook runs. The key came with the form: when the
    ' visitor reloads the answer or presses Send twice, this is the same job, and no second mail.
    Set job = broker.SendMail(Field("to"), Field("subject"), Field("body"), , , , , Field("key"))
    If Err.Number <> 0 Then problem = Failure("The mail was not accepted", Err.Number, Err.Description): Exit Sub

    jobId = job.Id
    job.Wait PageWaitMs
    Show broker, job
    If Err.Number <> 0 Then problem = Failure("The mail was accepted, but its state could not be read", _
        Err.Number, Err.Description)
End Sub

Sub LookUp()
    Dim broker

    On Error Resume Next
    Set broker = Server.CreateObject("OutlookBroker.Session")
    If Err.Number <> 0 Then problem = CannotReach(Err.Number, Err.Description): Exit Sub
    Show broker, broker.Job(Asked("job"))
    If Err.Number <> 0 Then problem = Failure("The job cannot be shown", Err.Number, Err.Description)
End Sub

' Reads all that the page shows before any of it is written.
Sub Show(broker, job)
    account = broker.Caller
    stateText = job.LastErrorText
    stateName = job.StateName
    isFinal = job.State = obJobSent Or job.State >= obJobFailed
    jobId = job.Id
End Sub

' Words for errors that come before the broker is reached: Windows has none, or misleading ones.
Function CannotReach(number, description)
    Dim words

    Select Case number
    Case &H8000401A
        words = "Nobody is logged on at the server at an active session; whatever Windows says, no password is " & _
            "wrong. A disconnected remote desktop session counts as nobody. Next: log on there as the mailbox's " & _
            "owner and leave the session connected (it may be locked)."
    Case 429, &H80040154, &H800401F3
        words = "The broker is not registered on the server, or Windows could not start it. Next: run there obctl " & _
            "register in a prompt opened with ""Run as administrator""; if that was done, obctl status tells why."
    Case 70, &H80070005
        words = "DCOM does not let this page's account start the broker or call it. Next: run on the server, in a " & _
            "prompt opened with ""Run as administrator"", obctl register ""/Allow:IIS AppPool\NAME"" with the name " & _
            "of the page's application pool; for other accounts see the head of this page's source."
    Case &H80080005
        words = "Windows started the broker, but it did not answer in time: it ended at once, was held up, or an " & _
            "outlook-broker.exe of another elevation stands in the way. Next: run on the server outlook-broker.exe " & _
            "/Stop, then try again."
    Case Else
        words = "Windows says: " & description & " Next: run obctl status on the server."
    End Select
    CannotReach = "The broker could not be reached (" & Code(number) & "). " & words
End Function

' The broker's own errors carry their text: what happened, what was checked, one next step.
Function Failure(what, number, description)
    Failure = what & " (" & Code(number) & "). " & description
    Select Case number
    Case OB_E_KEY_REUSED ' the visitor sent this form before, and has changed it since
        newKey = True
        Failure = "This form was sent before with other content, and that mail was accepted (" & Code(number) & _
            "). Next: press Send again if this one is to be sent as well."
    Case 70, 462, &H80070005, &H800706BA, &H800706BE, &H80010108 ' refused by DCOM, or the broker went away
        Failure = Failure & " The connection failed, so what the broker did last is not known. Next: press Send " & _
            "again, or reload: with the form's key the same mail is accepted only once."
    End Select
End Function

Function Code(number)
    Code = "error " & number
    If number < 0 Then Code = "error 0x" & Hex(number)
End Function

' A field of the form, or of the query, as text: what Request gives is an object, and SendMail refuses objects.
Function Field(name)
    Field = Request.Form(name) & ""
End Function

Function Asked(name)
    Asked = Request.QueryString(name) & ""
End Function

' Text for HTML, also between double quotes: nothing that did not come through here is written into the page.
Function H(text)
    H = Server.HTMLEncode(text & "")
End Function

' The key of this form: a new one for a new form, the one it had when it is shown again after an error.
Function Key()
    Key = Field("key")
    If Key = "" Or newKey Then Key = Left(Server.CreateObject("Scriptlet.TypeLib").Guid, 38) ' behind it are zero characters
End Function
%>
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Send a mail</title>
</head>
<body>
<h1>Send a mail</h1>
<% If problem <> "" Then %>
<p role="alert"><strong><%= H(problem) %></strong></p>
<% End If %>
<% If jobId <> "" Then %>
<dl>
<dt>Job</dt><dd><%= H(jobId) %></dd>
<dt>State</dt><dd><%= H(stateName) %> <%= H(stateText) %></dd>
<dt>Account</dt><dd><%= H(account) %></dd>
</dl>
<% If Not isFinal Then %>
<p>The broker has the mail and goes on by itself.
<a href="?job=<%= Server.URLEncode(jobId) %>">See how far it is</a></p>
<% End If %>
<p><a href="?">Send another mail</a></p>
<% Else %>
<form method="post" action="?">
<input type="hidden" name="key" value="<%= H(Key()) %>">
<p><label>To (several divided by ;)<br><input name="to" size="60" value="<%= H(Field("to")) %>"></label></p>
<p><label>Subject<br><input name="subject" size="60" value="<%= H(Field("subject")) %>"></label></p>
<p><label>Text<br><textarea name="body" cols="60" rows="12"><%= H(Field("body")) %></textarea></label></p>
<p><button type="submit">Send</button></p>
</form>
<% End If %>
</body>
</html>
