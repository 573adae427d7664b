/* html.h - between an item's text and its HTML. Results are freed by the caller. */
#pragma once

#include "text.h"

WCHAR *html_from_text(const WCHAR *text);
/* What a reader would see: no tags, no style or script, entities decoded, breaks as line ends. */
WCHAR *html_to_text(const WCHAR *html);
