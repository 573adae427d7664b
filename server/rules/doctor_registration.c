/* doctor_registration.c - see doctor.h: what the look at the broker's own registration comes to. */
#include "doctor.h"

static const wchar_t not_registered[] = L"the broker is not registered";
static const wchar_t register_it[] = L"run obctl register in a prompt opened with \"Run as administrator\".";
static const wchar_t register_anew[] = L"run obctl register again in a prompt opened with \"Run as administrator\".";

static void add_view(struct doctor_row *row, const wchar_t *view, const struct doctor_class *found)
{
    if (!found->machine && !found->user)
    {
        doctor_add(row, L"%1: not registered", view);
        return;
    }
    doctor_add(row, L"%1: %2, %3", view, found->machine ? L"for the machine" : L"for this user only",
        found->program[0] ? found->program : L"without a program");
    if (!found->there) doctor_add(row, L", which is not there");
    if (!found->progid_leads_back) doctor_add(row, L"; the name OutlookBroker.Session does not lead there");
}

void doctor_class(struct doctor_row *row, const struct doctor_class *of_64, const struct doctor_class *of_32)
{
    const bool any_64 = of_64->machine || of_64->user, any_32 = of_32->machine || of_32->user;

    if (!any_64 && !any_32)
    {
        doctor_add(row, not_registered);
        doctor_judge(row, doctor_problem, register_it);
        return;
    }
    add_view(row, L"64-bit programs", of_64);
    doctor_add(row, L"; ");
    add_view(row, L"32-bit programs", of_32);
    if ((any_64 && (!of_64->there || !of_64->progid_leads_back)) ||
        (any_32 && (!of_32->there || !of_32->progid_leads_back)))
        doctor_judge(row, doctor_problem, register_anew);
    if (!any_64 || !any_32) doctor_judge(row, doctor_warning, register_anew);
    if ((any_64 && !of_64->machine) || (any_32 && !of_32->machine))
        doctor_judge(row, doctor_warning,
            L"nothing for the user's own scripts; for services, ASP and other accounts run obctl register in a prompt "
            L"opened with \"Run as administrator\".");
}

void doctor_appid(struct doctor_row *row, const struct doctor_appid *appid)
{
    wchar_t number[DOCTOR_NUMBER_SIZE];

    if (!appid->there)
    {
        doctor_add(row, appid->per_user ? L"none: the broker is registered for one user only, and runs as who calls it"
                                        : not_registered);
        if (!appid->per_user) doctor_judge(row, doctor_problem, register_it);
        return;
    }
    doctor_add(row, L"RunAs %1, AuthenticationLevel %2", appid->run_as[0] ? appid->run_as : L"is not set",
        appid->has_level ? doctor_number(appid->level, number) : L"is not set");
    if (wcscmp(appid->run_as, L"Interactive User"))
    {
        doctor_add(row, L"; the broker has to run as \"Interactive User\", where the mailbox is");
        doctor_judge(row, doctor_problem, register_anew);
    }
    if (!appid->has_level || appid->level != 6)
    {
        doctor_add(row, L"; level 6, packet privacy, is what the broker is registered with");
        doctor_judge(row, doctor_warning, register_anew);
    }
}

void doctor_type_library(struct doctor_row *row, const struct doctor_type_library *library)
{
    static const wchar_t *const views[outlook_views] = {L"win64", L"win32"};
    unsigned registered = 0;

    for (unsigned i = 0; i < outlook_views; i++)
    {
        const struct doctor_library *view = &library->views[i];

        if (i) doctor_add(row, L"; ");
        if (!view->key[0])
            doctor_add(row, L"%1: not registered", views[i]);
        else
        {
            registered++;
            doctor_add(row, view->there ? L"%1: %2" : L"%1: %2, which is not there", views[i], view->file);
            if (!view->there) doctor_judge(row, doctor_problem, register_anew);
        }
    }
    if (!registered)
        doctor_judge(row, doctor_problem, register_it);
    else if (registered < outlook_views)
        doctor_judge(row, doctor_warning, register_anew);
}

static void add_marshaler(struct doctor_row *row, const wchar_t *view, const struct doctor_marshaler *found)
{
    wchar_t registered[DOCTOR_NUMBER_SIZE], all[DOCTOR_NUMBER_SIZE];

    doctor_add(row, L"%1: %2 of %3 interfaces, %4", view, doctor_number(found->registered, registered),
        doctor_number(found->interfaces, all), found->by_proxy ? L"by the broker's proxies" : L"by the type library");
    if (found->by_proxy)
        doctor_add(row, found->there ? L", %1" : L", %1, which is not there",
            found->file[0] ? found->file : L"whose DLL is not registered");
    if (found->registered < found->interfaces) doctor_judge(row, doctor_warning, register_anew);
    if (found->by_proxy && !found->there) doctor_judge(row, doctor_problem, register_anew);
}

void doctor_marshalers(struct doctor_row *row, const struct doctor_marshaler views[outlook_views])
{
    if (!views[0].registered && !views[1].registered)
    {
        doctor_add(row, L"none of the broker's interfaces is registered");
        doctor_judge(row, doctor_problem, register_it);
        return;
    }
    add_marshaler(row, L"64-bit programs", &views[outlook_view_64]);
    doctor_add(row, L"; ");
    add_marshaler(row, L"32-bit programs", &views[outlook_view_32]);
}

void doctor_run_key(struct doctor_row *row, const struct doctor_file *machine, const struct doctor_file *user)
{
    const struct doctor_file *found = machine->set ? machine : user;

    if (!found->set)
    {
        doctor_add(row, L"there is no value OutlookBroker under Run: mail that waits at a restart is not sent before "
                        L"somebody calls the broker");
        doctor_judge(row, doctor_warning, register_it);
        return;
    }
    doctor_add(row, L"%1: %2", found == machine ? L"for everyone who logs on" : L"for this user", found->value);
    if (found->there) return;
    doctor_add(row, L", whose program is not there");
    doctor_judge(row, doctor_problem, register_anew);
}

void doctor_event_source(struct doctor_row *row, const struct doctor_file *source)
{
    if (!source->set)
    {
        doctor_add(row, source->readable ? L"not registered: the broker's events come without their text"
                                         : L"it may not be read by this account");
        doctor_judge(row, source->readable ? doctor_warning : doctor_unknown, source->readable ? register_it : NULL);
        return;
    }
    doctor_add(row, source->there ? L"%1" : L"%1, which is not there: the broker's events come without their text",
        source->value);
    if (!source->there) doctor_judge(row, doctor_warning, register_anew);
}

/* --- who may */

void doctor_permission(struct doctor_row *row, const struct doctor_permission *permission)
{
    if (!permission->registered)
    {
        doctor_add(row, L"there is no AppID for the machine, so no account is admitted by it");
        doctor_judge(row, doctor_unknown, NULL);
        return;
    }
    if (!permission->there || !permission->readable)
    {
        doctor_add(row, permission->there ? L"the value is damaged" : L"the value is not set");
        if (permission->for_access) doctor_add(row, L": the broker does not start without it");
        doctor_judge(row, doctor_problem, register_anew);
        return;
    }
    doctor_add(row, L"admits %1", permission->names);
    if (!permission->for_access || !permission->everybody) return;
    doctor_add(row, L"; one of these stands for whoever is there, who could use another's mailbox");
    doctor_judge(
        row, doctor_problem, L"take it out with obctl register /Deny:ACCOUNT, and allow the accounts by name.");
}

void doctor_account(struct doctor_row *row, const struct doctor_account *account)
{
    if (!account->known)
    {
        doctor_add(row, L"there is no account \"%1\"", account->name);
        doctor_judge(row, doctor_problem,
            L"write DOMAIN\\name, a name of this machine's, or IIS AppPool\\NAME for a page's application pool.");
        return;
    }
    if (!account->registered)
    {
        doctor_add(
            row, L"%1: there are no permissions to hold it against; the broker is not registered", account->name);
        doctor_judge(row, doctor_problem, register_it);
        return;
    }
    if (account->owner && (!account->launch || !account->access))
    {
        doctor_add(row,
            L"%1 may start the broker from a session of its own and may call it, as the mailbox's owner; only a task "
            L"that runs without that session needs obctl register /Allow:",
            account->name);
        return;
    }
    doctor_add(row, L"%1 %2 and %3%4", account->name,
        account->launch ? L"may start the broker" : L"may not start the broker",
        account->access ? L"may call it" : L"may not call it",
        account->groups_looked_at ? L"" : L", by entries of its own; groups were not looked at");
    if (!account->launch || !account->access)
        doctor_judge(row, account->groups_looked_at ? doctor_problem : doctor_warning,
            L"allow it with obctl register /Allow:ACCOUNT in a prompt opened with \"Run as administrator\".");
}

void doctor_dcom(struct doctor_row *row, const struct doctor_dcom *dcom)
{
    static const wchar_t next[] =
        L"look at the limits in Component Services (dcomcnfg), My Computer, COM Security, Edit Limits, or at the group "
        L"policy that sets them.";

    doctor_add(row, L"EnableDCOM %1; limit of launching %2; limit of access %3",
        dcom->enabled[0] ? dcom->enabled : L"is not set", dcom->limits_launch ? L"is set" : L"is Windows' own",
        dcom->limits_access ? L"is set" : L"is Windows' own");
    if (dcom->enabled[0] == L'N' || dcom->enabled[0] == L'n')
        doctor_judge(row, doctor_problem,
            L"enable DCOM in Component Services (dcomcnfg), My Computer, Default "
            L"Properties, and restart the machine.");
    if ((dcom->limits_launch && !dcom->launch_everyone) || (dcom->limits_access && !dcom->access_everyone))
    {
        doctor_add(row, L"; the limits do not leave local use to everyone, so an allowed account may still be refused");
        doctor_judge(row, doctor_warning, next);
    }
}
