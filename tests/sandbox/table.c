/* table.c - Table, Row, Columns and Column: a look at a folder that opens nothing in it.
 * The rows are those of the moment in which the table was made; a row's values those of when it was fetched. */
#include "sandbox.h"
#include "selection.h"
#include <stdlib.h>

enum
{
    max_columns = FIELD_COUNT
};

struct table
{
    struct object object;
    struct selection selection;
    enum field columns[max_columns];
    long column_count;
    size_t next; /* row */
    struct filter *search;
};

struct row
{
    struct object object;
    enum field columns[max_columns];
    VARIANT values[max_columns];
    long count;
};

struct column
{
    struct object object;
    enum field field;
};

static const enum field default_columns[] = {
    FIELD_ENTRY_ID,
    FIELD_SUBJECT,
    FIELD_CREATION_TIME,
    FIELD_LAST_MODIFICATION_TIME,
    FIELD_MESSAGE_CLASS,
};

static struct table *table_of(struct call *call)
{
    return (struct table *)call->self;
}

static void table_destroy(struct object *object)
{
    struct table *table = (struct table *)object;

    filter_free(table->search);
    selection_clear(&table->selection);
}

static struct object *row_create(struct table *table, const struct record *record)
{
    struct row *row = object_create(&row_class, sizeof(*row), &table->object);

    row->count = table->column_count;
    for (long i = 0; i < row->count; i++)
    {
        row->columns[i] = table->columns[i];
        record_get(record, row->columns[i], &row->values[i]);
    }
    return &row->object;
}

static HRESULT table_next_row(struct call *call)
{
    struct table *table = table_of(call);

    if (table->next >= table->selection.count) return call_return_object(call, NULL);
    return call_return_object(call, row_create(table, table->selection.records[table->next++]));
}

static HRESULT table_row_count(struct call *call)
{
    return call_return_long(call, (long)table_of(call)->selection.count);
}

static HRESULT table_end(struct call *call)
{
    return call_return_bool(call, table_of(call)->next >= table_of(call)->selection.count);
}

static HRESULT table_move_to_start(struct call *call)
{
    table_of(call)->next = 0;
    return S_OK;
}

/* First dimension columns, second rows, both from 0; it begins at the cursor and moves it. */
static HRESULT table_get_array(struct call *call)
{
    struct table *table = table_of(call);
    SAFEARRAYBOUND bounds[2] = {{(ULONG)table->column_count, 0}, {0, 0}};
    SAFEARRAY *array;
    long most;
    HRESULT hr = call_long(call, 0, &most, 0);

    if (FAILED(hr)) return hr;
    if (most > 0) bounds[1].cElements = (ULONG)min((size_t)most, table->selection.count - table->next);
    if (!(array = SafeArrayCreate(VT_VARIANT, 2, bounds))) return E_OUTOFMEMORY;
    for (LONG row = 0; row < (LONG)bounds[1].cElements; row++, table->next++)
        for (LONG column = 0; column < table->column_count; column++)
        {
            LONG place[2] = {column, row};
            VARIANT value;

            record_get(table->selection.records[table->next], table->columns[column], &value);
            SafeArrayPutElement(array, place, &value);
            VariantClear(&value);
        }
    V_VT(call->result) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(call->result) = array;
    return S_OK;
}

static HRESULT table_restrict(struct call *call)
{
    struct table *table = table_of(call);
    struct object *restricted;
    const WCHAR *condition;
    WCHAR *narrowed;
    HRESULT hr = call_text(call, 0, &condition);

    if (FAILED(hr)) return hr;
    narrowed = selection_narrowed(&table->selection, condition);
    hr = table_create(table->object.parent, table->selection.folder, narrowed, &restricted);
    free(narrowed);
    return FAILED(hr) ? call_fail(call, DISP_E_EXCEPTION, TEXT_BAD_CONDITION) : call_return_object(call, restricted);
}

static HRESULT table_sort(struct call *call)
{
    struct table *table = table_of(call);
    const WCHAR *field;
    bool descending;
    HRESULT hr;

    if (FAILED(hr = call_text(call, 0, &field)) || FAILED(hr = call_bool(call, 1, &descending, false))) return hr;
    if (!selection_sort(&table->selection, field, descending))
        return call_fail(call, DISP_E_EXCEPTION, TEXT_BAD_CONDITION);
    selection_refresh(&table->selection);
    table->next = 0;
    return S_OK;
}

static HRESULT table_find_next(struct call *call)
{
    struct table *table = table_of(call);

    while (table->search && table->next < table->selection.count)
    {
        const struct record *record = table->selection.records[table->next++];

        if (filter_fits(table->search, record)) return call_return_object(call, row_create(table, record));
    }
    return call_return_object(call, NULL);
}

static HRESULT table_find(struct call *call)
{
    struct table *table = table_of(call);
    const WCHAR *condition;
    HRESULT hr = call_text(call, 0, &condition);

    if (FAILED(hr)) return hr;
    filter_free(table->search);
    if (!(table->search = filter_parse(condition))) return call_fail(call, DISP_E_EXCEPTION, TEXT_BAD_CONDITION);
    table->next = 0;
    return table_find_next(call);
}

static HRESULT table_columns(struct call *call)
{
    return call_return_object(call, object_create(&columns_class, sizeof(struct object), call->self));
}

static const struct member table_members[] = {
    {L"FindRow", 98, KIND_METHOD, 1, 1, table_find, 0},
    {L"FindNextRow", 99, KIND_METHOD, 0, 0, table_find_next, 0},
    {L"GetArray", 64463, KIND_METHOD, 1, 1, table_get_array, 0},
    {L"GetNextRow", 87, KIND_METHOD, 0, 0, table_next_row, 0},
    {L"GetRowCount", 80, KIND_METHOD, 0, 0, table_row_count, 0},
    {L"MoveToStart", 64286, KIND_METHOD, 0, 0, table_move_to_start, 0},
    {L"Restrict", 100, KIND_METHOD, 1, 1, table_restrict, 0},
    {L"Sort", 97, KIND_METHOD, 1, 2, table_sort, 0},
    {L"Columns", 64403, KIND_GET, 0, 0, table_columns, 0},
    {L"EndOfTable", 64287, KIND_GET, 0, 0, table_end, 0},
};

const struct object_class table_class = {
    .name = L"Table",
    .number = 120,
    CLASS_MEMBERS(table_members),
    .destroy = table_destroy,
};

HRESULT table_create(struct object *folder_object, struct folder *folder, const WCHAR *filter, struct object **out)
{
    struct selection selection;
    struct table *table;

    *out = NULL;
    if (!selection_init(&selection, folder, filter)) return E_INVALIDARG;
    table = object_create(&table_class, sizeof(*table), folder_object);
    table->selection = selection;
    table->column_count = ARRAYSIZE(default_columns);
    memcpy(table->columns, default_columns, sizeof(default_columns));
    selection_refresh(&table->selection);
    *out = &table->object;
    return S_OK;
}

static void row_destroy(struct object *object)
{
    struct row *row = (struct row *)object;

    for (long i = 0; i < row->count; i++)
        VariantClear(&row->values[i]);
}

static HRESULT row_item(struct call *call)
{
    struct row *row = (struct row *)call->self;
    const WCHAR *name;
    long index = 0;
    HRESULT hr = S_OK;

    if (V_VT(call->args[0]) == VT_BSTR)
    {
        if (FAILED(hr = call_text(call, 0, &name))) return hr;
        while (index < row->count && !text_same(record_field_name(row->columns[index]), name))
            index++;
        if (index == row->count) return OUTLOOK_E_NOT_FOUND;
    }
    else if (FAILED(hr = call_long(call, 0, &index, 0)))
        return hr;
    else if (--index < 0 || index >= row->count)
        return call_fail(call, DISP_E_EXCEPTION, TEXT_BAD_INDEX);
    return VariantCopy(call->result, &row->values[index]);
}

static HRESULT row_values(struct call *call)
{
    struct row *row = (struct row *)call->self;
    SAFEARRAY *array = SafeArrayCreateVector(VT_VARIANT, 0, (ULONG)row->count);

    if (!array) return E_OUTOFMEMORY;
    for (LONG i = 0; i < row->count; i++)
        SafeArrayPutElement(array, &i, &row->values[i]);
    V_VT(call->result) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(call->result) = array;
    return S_OK;
}

static const struct member row_members[] = {
    {L"Item", 81, KIND_METHOD, 1, 1, row_item, 0},
    {L"_Default", DISPID_VALUE, KIND_METHOD, 1, 1, row_item, 0},
    {L"GetValues", 64462, KIND_METHOD, 0, 0, row_values, 0},
};

const struct object_class row_class = {
    .name = L"Row",
    .number = 121,
    CLASS_MEMBERS(row_members),
    .destroy = row_destroy,
};

static struct table *columns_table(struct object *columns)
{
    return (struct table *)columns->parent;
}

static long columns_count(struct object *object)
{
    return columns_table(object)->column_count;
}

static HRESULT columns_at(struct object *object, long index, struct object **item)
{
    struct column *column = object_create(&column_class, sizeof(*column), object);

    column->field = columns_table(object)->columns[index - 1];
    *item = &column->object;
    return S_OK;
}

static long columns_find(struct object *object, const WCHAR *name)
{
    const struct table *table = columns_table(object);

    for (long i = 0; i < table->column_count; i++)
        if (text_same(record_field_name(table->columns[i]), name)) return i + 1;
    return 0;
}

static const struct collection columns_collection = {columns_count, columns_at, columns_find};

static HRESULT columns_add(struct call *call)
{
    struct table *table = columns_table(call->self);
    struct object *column;
    const WCHAR *name;
    HRESULT hr = call_text(call, 0, &name);
    enum field field = record_field(name);

    if (FAILED(hr)) return hr;
    if (field == FIELD_COUNT || columns_find(call->self, name) || table->column_count == max_columns)
        return E_INVALIDARG;
    table->columns[table->column_count++] = field;
    table->next = 0;
    hr = columns_at(call->self, table->column_count, &column);
    return FAILED(hr) ? hr : call_return_object(call, column);
}

static HRESULT columns_remove(struct call *call)
{
    struct table *table = columns_table(call->self);
    long index;
    HRESULT hr = collection_index(call, 0, &index);

    if (FAILED(hr)) return hr;
    memmove(&table->columns[index - 1], &table->columns[index],
        (size_t)(table->column_count - index) * sizeof(*table->columns));
    table->column_count--;
    table->next = 0;
    return S_OK;
}

static HRESULT columns_remove_all(struct call *call)
{
    columns_table(call->self)->column_count = 0;
    columns_table(call->self)->next = 0;
    return S_OK;
}

static const struct member columns_members[] = {
    {L"Add", 95, KIND_METHOD | KIND_GUARDED, 1, 1, columns_add, 0},
    {L"Remove", 82, KIND_METHOD, 1, 1, columns_remove, 0},
    {L"RemoveAll", 83, KIND_METHOD, 0, 0, columns_remove_all, 0},
};

const struct object_class columns_class = {
    .name = L"Columns",
    .number = 150,
    CLASS_MEMBERS(columns_members),
    .collection = &columns_collection,
};

static HRESULT column_name(struct call *call)
{
    return call_return_text(call, record_field_name(((struct column *)call->self)->field));
}

static const struct member column_members[] = {
    {L"Name", 8450, KIND_GET, 0, 0, column_name, 0},
};

const struct object_class column_class = {
    .name = L"Column",
    .number = 154,
    CLASS_MEMBERS(column_members),
};
