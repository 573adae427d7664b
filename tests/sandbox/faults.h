/* faults.h - the places at which the sandbox may fail as Outlook does, and what strikes there.
 * The lines of the control file arm them (see control.h); each strike becomes a line of <store>\faults.txt before it
 * takes effect: the control file's time in hexadecimal, a blank, and the line as `name = value`. By these lines what
 * strikes a limited number of times is over in the next process too. Main thread only. */
#pragma once

#include "dispatch.h"
#include "fault_line.h"

void faults_open(const WCHAR *store_path);
/* Disarms all; the lines that follow are of the control file of this time. */
void faults_begin(ULONGLONG control_time);
/* Arms one and keeps its reference. */
void faults_arm(struct fault *fault);
/* All lines were given: those that struck often enough in processes before are over. */
void faults_armed(void);

/* The sandbox has come to this place. S_OK: on with it; else what the call fails with, or, where there is none, what
 * the work does. May take long, or not return. */
HRESULT fault_at(enum fault_place place);
/* The same at a call, before its work or after it. */
HRESULT fault_at_call(const struct object_class *cls, const struct member *member, bool after);
/* Send returns now: PLACE_RETURNED is come to soon after its answer went out. */
void fault_after_reply(void);
