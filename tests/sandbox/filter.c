/* filter.c - Outlook's conditions. See filter.h.
 * A recursive descent over or / and / not / comparison, into a tree. */
#include "filter.h"
#include <stdlib.h>
#include <wchar.h>

enum node
{
    NODE_OR,
    NODE_AND,
    NODE_NOT,
    NODE_COMPARE
};

enum relation
{
    RELATION_LESS_EQUAL,
    RELATION_GREATER_EQUAL,
    RELATION_UNEQUAL,
    RELATION_EQUAL,
    RELATION_LESS,
    RELATION_GREATER
};

/* The longer ones first. */
static const WCHAR *const relations[] = {
    [RELATION_LESS_EQUAL] = L"<=",
    [RELATION_GREATER_EQUAL] = L">=",
    [RELATION_UNEQUAL] = L"<>",
    [RELATION_EQUAL] = L"=",
    [RELATION_LESS] = L"<",
    [RELATION_GREATER] = L">",
};

struct filter
{
    enum node node;
    struct filter *left, *right;
    enum field field;
    enum relation relation;
    VARIANT value; /* of the field's own type */
};

struct parser
{
    const WCHAR *at;
};

static struct filter *parse_or(struct parser *parser);

void filter_free(struct filter *filter)
{
    if (!filter) return;
    filter_free(filter->left);
    filter_free(filter->right);
    VariantClear(&filter->value);
    free(filter);
}

static void skip_space(struct parser *parser)
{
    while (iswspace(*parser->at))
        parser->at++;
}

static bool take_word(struct parser *parser, const WCHAR *word)
{
    size_t length = wcslen(word);

    skip_space(parser);
    if (_wcsnicmp(parser->at, word, length) || iswalnum(parser->at[length])) return false;
    parser->at += length;
    return true;
}

static bool take_character(struct parser *parser, WCHAR character)
{
    skip_space(parser);
    if (*parser->at != character) return false;
    parser->at++;
    return true;
}

static struct filter *new_node(enum node node, struct filter *left, struct filter *right)
{
    struct filter *filter = memory_new(sizeof(*filter));

    filter->node = node;
    filter->left = left;
    filter->right = right;
    return filter;
}

/* 'it''s', "it""s", or a word up to the next space or parenthesis. */
static WCHAR *take_value(struct parser *parser)
{
    WCHAR quote, *value, *to;

    skip_space(parser);
    quote = *parser->at;
    value = to = text_copy(parser->at);
    if (quote != L'\'' && quote != L'"')
    {
        while (*parser->at && !iswspace(*parser->at) && *parser->at != L')')
            *to++ = *parser->at++;
        *to = 0;
        if (to > value) return value;
        free(value);
        return NULL;
    }
    for (parser->at++; *parser->at; parser->at++)
    {
        if (*parser->at == quote && *++parser->at != quote)
        {
            *to = 0;
            return value;
        }
        *to++ = *parser->at;
    }
    free(value);
    return NULL;
}

static bool take_relation(struct parser *parser, enum relation *relation)
{
    skip_space(parser);
    for (size_t i = 0; i < ARRAYSIZE(relations); i++)
        if (!wcsncmp(parser->at, relations[i], wcslen(relations[i])))
        {
            *relation = (enum relation)i;
            parser->at += wcslen(relations[i]);
            return true;
        }
    return false;
}

/* Gives the value the type of the field, by what an empty item has there. */
static bool set_value(struct filter *filter, const WCHAR *text)
{
    struct record *empty = record_new();
    VARIANT sample, value;
    HRESULT hr;

    record_get(empty, filter->field, &sample);
    record_release(empty);
    V_VT(&value) = VT_BSTR;
    V_BSTR(&value) = SysAllocString(text);
    hr = VariantChangeType(&filter->value, &value, VARIANT_ALPHABOOL, V_VT(&sample));
    VariantClear(&value);
    VariantClear(&sample);
    return SUCCEEDED(hr);
}

static struct filter *parse_comparison(struct parser *parser)
{
    struct filter *filter;
    const WCHAR *end;
    WCHAR *name, *value = NULL;

    if (!take_character(parser, L'[') || !(end = wcschr(parser->at, L']'))) return NULL;
    name = text_trim(parser->at, (size_t)(end - parser->at), L"");
    parser->at = end + 1;
    filter = new_node(NODE_COMPARE, NULL, NULL);
    filter->field = record_field(name);
    free(name);
    if (filter->field != FIELD_COUNT && take_relation(parser, &filter->relation) && (value = take_value(parser)) &&
        set_value(filter, value))
    {
        free(value);
        return filter;
    }
    free(value);
    filter_free(filter);
    return NULL;
}

static struct filter *parse_not(struct parser *parser)
{
    struct filter *inner;

    if (take_word(parser, L"not")) return (inner = parse_not(parser)) ? new_node(NODE_NOT, inner, NULL) : NULL;
    if (!take_character(parser, L'(')) return parse_comparison(parser);
    if (!(inner = parse_or(parser))) return NULL;
    if (take_character(parser, L')')) return inner;
    filter_free(inner);
    return NULL;
}

static struct filter *parse_chain(
    struct parser *parser, const WCHAR *word, enum node node, struct filter *(*parse)(struct parser *))
{
    struct filter *left = parse(parser);

    while (left && take_word(parser, word))
    {
        struct filter *right = parse(parser);

        if (!right)
        {
            filter_free(left);
            return NULL;
        }
        left = new_node(node, left, right);
    }
    return left;
}

static struct filter *parse_and(struct parser *parser)
{
    return parse_chain(parser, L"and", NODE_AND, parse_not);
}

static struct filter *parse_or(struct parser *parser)
{
    return parse_chain(parser, L"or", NODE_OR, parse_and);
}

struct filter *filter_parse(const WCHAR *text)
{
    struct parser parser = {text};
    struct filter *filter = parse_or(&parser);

    skip_space(&parser);
    if (!*parser.at) return filter;
    filter_free(filter);
    return NULL;
}

static int compare(const VARIANT *a, const VARIANT *b)
{
    double left, right;

    switch (V_VT(a))
    {
    case VT_BSTR:
        return text_compare(V_BSTR(a), V_BSTR(b));
    case VT_BOOL:
        return (V_BOOL(a) != 0) - (V_BOOL(b) != 0);
    case VT_DATE:
        left = V_DATE(a), right = V_DATE(b);
        break;
    default:
        left = V_I4(a), right = V_I4(b);
    }
    return (left > right) - (left < right);
}

static bool comparison_fits(const struct filter *filter, const struct record *record)
{
    VARIANT value;
    int order;

    record_get(record, filter->field, &value);
    order = compare(&value, &filter->value);
    VariantClear(&value);
    switch (filter->relation)
    {
    case RELATION_LESS_EQUAL:
        return order <= 0;
    case RELATION_GREATER_EQUAL:
        return order >= 0;
    case RELATION_UNEQUAL:
        return order != 0;
    case RELATION_LESS:
        return order < 0;
    case RELATION_GREATER:
        return order > 0;
    default:
        return order == 0;
    }
}

bool filter_fits(const struct filter *filter, const struct record *record)
{
    if (!filter) return true;
    switch (filter->node)
    {
    case NODE_OR:
        return filter_fits(filter->left, record) || filter_fits(filter->right, record);
    case NODE_AND:
        return filter_fits(filter->left, record) && filter_fits(filter->right, record);
    case NODE_NOT:
        return !filter_fits(filter->left, record);
    default:
        return comparison_fits(filter, record);
    }
}
