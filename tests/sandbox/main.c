/* main.c - a stand-in for Outlook: a COM local server under Outlook's own class, with a store on disk.
 * `/RegServer [/Dir:PATH]`, `/UnregServer`; `-Embedding` as COM starts it: no window, ends when nobody holds it;
 * anything else as a user starts Outlook: with a window, or joining the one that runs.
 * Only the process that holds the store registers its class object; another one waits for the store. */
#include "control.h"
#include "dialog_host.h"
#include "faults.h"
#include "life.h"
#include "names.h"
#include "register.h"
#include "sandbox.h"
#include "spooler.h"
#include <stdio.h>
#include <wchar.h>

static const DWORD store_wait_ms = 30000, store_poll_ms = 50, other_wait_ms = 3000;
static DWORD class_cookie, active_cookie;

static HRESULT WINAPI factory_QueryInterface(IClassFactory *iface, REFIID riid, void **out)
{
    if (!out) return E_POINTER;
    *out = IsEqualIID(riid, &IID_IUnknown) || IsEqualIID(riid, &IID_IClassFactory) ? iface : NULL;
    return *out ? S_OK : E_NOINTERFACE;
}

static ULONG WINAPI factory_AddRef(IClassFactory *iface)
{
    (void)iface;
    return 2;
}

static ULONG WINAPI factory_Release(IClassFactory *iface)
{
    (void)iface;
    return 1;
}

static HRESULT WINAPI factory_CreateInstance(IClassFactory *iface, IUnknown *outer, REFIID riid, void **out)
{
    HRESULT hr;

    (void)iface;
    if (!out) return E_POINTER;
    *out = NULL;
    if (outer) return CLASS_E_NOAGGREGATION;
    if (life_is_quitting()) return CO_E_SERVER_STOPPING;
    if (FAILED(hr = fault_at(PLACE_CREATE))) return hr;
    return IDispatch_QueryInterface(&application_object()->IDispatch_iface, riid, out);
}

static HRESULT WINAPI factory_LockServer(IClassFactory *iface, BOOL lock)
{
    (void)iface;
    life_lock(lock);
    return S_OK;
}

static const IClassFactoryVtbl factory_vtbl = {
    factory_QueryInterface,
    factory_AddRef,
    factory_Release,
    factory_CreateInstance,
    factory_LockServer,
};
static IClassFactory factory = {(IClassFactoryVtbl *)&factory_vtbl};

static bool has_switch(const WCHAR *argument, const WCHAR *name)
{
    return (*argument == L'-' || *argument == L'/') && text_same(argument + 1, name);
}

/* A client that found the class just before it was withdrawn still has to be answered: the factory's stub lives on. */
static HRESULT keep_factory_reachable(void)
{
    static IStream *stream; /* kept to the end */
    HRESULT hr = CreateStreamOnHGlobal(NULL, TRUE, &stream);

    return FAILED(hr) ? hr
                      : CoMarshalInterface(stream, &IID_IClassFactory, (IUnknown *)&factory, MSHCTX_LOCAL, NULL,
                            MSHLFLAGS_TABLESTRONG);
}

static void withdraw(void)
{
    CoRevokeClassObject(class_cookie);
    RevokeActiveObject(active_cookie, NULL);
}

static bool announce(void)
{
    IUnknown *application = (IUnknown *)&application_object()->IDispatch_iface;

    RegisterActiveObject(application, &CLSID_OutlookApplication, ACTIVEOBJECT_WEAK, &active_cookie);
    return SUCCEEDED(CoRegisterClassObject(
        &CLSID_OutlookApplication, (IUnknown *)&factory, CLSCTX_LOCAL_SERVER, REGCLS_MULTIPLEUSE, &class_cookie));
}

/* True once the store is ours. False: another process has it; a user's start made that one show its window, and one
 * by COM stayed long enough for the client, which COM may be leading to the other process, to find it there. */
static bool take_store(const WCHAR *path, bool show)
{
    DWORD other_ms = 0;

    for (DWORD waited = 0; waited < store_wait_ms && other_ms < other_wait_ms; waited += store_poll_ms)
    {
        if (store_open(path)) return true;
        if (show && life_show_window_of_other()) return false;
        other_ms = life_other_is_there() ? other_ms + store_poll_ms : 0;
        Sleep(store_poll_ms);
    }
    return false;
}

static int serve(bool show)
{
    WCHAR *path = register_store_path();

    if (FAILED(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED))) return 1;
    if (!take_store(path, show)) return 0;
    faults_open(path);
    control_open(path);
    if (FAILED(fault_at(PLACE_START))) return 1;
    names_open(path);
    application_init();
    if (FAILED(keep_factory_reachable()) || !life_start(announce, withdraw)) return 1;
    spooler_start();
    if (show) life_show_window();

    life_run();

    object_disconnect_all();
    store_close();
    CoUninitialize();
    return 0;
}

static int exit_code(HRESULT hr)
{
    if (hr == HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS))
        fputws(L"outlook-sandbox: another Outlook is registered on this machine; nothing was changed\n", stderr);
    return FAILED(hr);
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, WCHAR *command, int show)
{
    const WCHAR *directory = NULL;
    bool register_it = false, unregister_it = false, embedding = false;

    (void)instance, (void)previous, (void)command, (void)show;
    if (__argc > 1 && text_same(__wargv[1], DIALOG_HOST_SWITCH)) return dialog_host_main(__argc, __wargv);
    for (int i = 1; i < __argc; i++)
    {
        if (has_switch(__wargv[i], L"RegServer")) register_it = true;
        if (has_switch(__wargv[i], L"UnregServer")) unregister_it = true;
        if (has_switch(__wargv[i], L"Embedding")) embedding = true;
        if (!_wcsnicmp(__wargv[i], L"/Dir:", 5) || !_wcsnicmp(__wargv[i], L"-Dir:", 5)) directory = __wargv[i] + 5;
    }
    if (register_it) return exit_code(register_server(directory));
    if (unregister_it) return exit_code(unregister_server());
    return serve(!embedding);
}
