/* wine.h - what only Wine needs; wine.c is compiled into the test build alone (OB_WINE), and no shipped program holds
 * any of it. */
#ifndef OB_HOST_WINE_H
#define OB_HOST_WINE_H
#ifdef OB_WINE

#include <windows.h>

/* The process token of the client whose call this thread serves, duplicated for impersonation at identify level. Wine's
 * CoImpersonateClient always answers RPC_E_CALL_COMPLETE. */
HRESULT wine_client_token(HANDLE *token, DWORD *process_id);

/* Which process that is. Either call has it watched from now on (wine_watch_clients). */
HRESULT wine_client_process(DWORD *process_id);

/* Wine has one user. A client process may be declared to be another account, so that what tells callers apart can be
 * tried: HKCU\Software\OutlookBroker\DeclaredCallers, a text with its process id as name and a SID as value. Such a
 * caller is no administrator. FALSE: it was not declared. */
BOOL wine_declared_account(DWORD process_id, WCHAR *sid, size_t size);

/* Wine's clients that die leave their references behind for ever: calls gone(context) once for each process that
 * reached the broker and has ended. Returns at once; watches until the process ends. */
HRESULT wine_watch_clients(void (*gone)(void *context, DWORD process_id), void *context);

/* Ends the process at a fault instead of letting Wine's stubs catch it, as COMGLB_EXCEPTION_DONOT_HANDLE_ANY does on
 * Windows. */
void wine_end_on_faults(void);

/* After a server was terminated, rpcss keeps its class entry and every activation fails with 800706BA. Starts the
 * server of this class as COM would; it is then to be had from the running object table, whose entries end with their
 * process. */
HRESULT wine_start_server(const CLSID *class);

/* How far a test has set the time of day ahead (back: negative), in milliseconds: the LONGLONG in the section
 * WINE_CLOCK_SECTION, which the test makes and changes while the broker runs. 0 without one. The monotonic clock stays
 * as it is. */
#define WINE_CLOCK_SECTION L"OutlookBrokerTestClock"
LONGLONG wine_clock_ahead_ms(void);

/* Ends the process at once, with WINE_FAILPOINT_EXIT_CODE, where its N-th passing of the point of this name was asked
 * for by the text "NAME N" (or "NAME": the first) in the value FailAt of HKCU\Software\OutlookBroker\Test. With
 * "NAME N fault" the passing thread writes to where nothing is; what comes of that is not decided here. With "NAME N
 * hang" it sets the event WINE_FAILPOINT_HANGS, if there is one, and goes no further. Read once in a process; points
 * are passed by any thread. Use FAILPOINT of host/failpoint.h. */
#define WINE_FAILPOINT_EXIT_CODE 0xFA11
#define WINE_FAILPOINT_HANGS L"Local\\OutlookBrokerTest.Hangs"
void wine_failpoint(const char *name);

/* Keeps a stub of each interface for the life of the process. Wine's COM takes an interface from RPC when its last stub
 * goes, and waits for calls of it to end; but the count of those calls and the note that somebody waits are not changed
 * together, so that now and then it waits for ever, and with it the client whose Release that was. What never goes is
 * never waited for. interfaces must live as long as the process; those that are not registered are
 * not kept. */
void wine_keep_interfaces(const IID *const *interfaces, size_t count);

#endif
#endif
