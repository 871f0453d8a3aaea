/* Tables of known answers: text with commas, and the names of the columns in the first line. */
#ifndef TABLE_H
#define TABLE_H

#include "check.h"

#define MAX_COLUMNS 20

typedef struct {
    FILE *file;
    int columns;
    char names[1024], line[1024], whole[1024];
    char *name[MAX_COLUMNS], *value[MAX_COLUMNS];
} table;

static inline int table_split(char *line, char **parts) {
    int count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *at = line;; at++) {
        CHECK(count < MAX_COLUMNS);
        parts[count++] = at;
        at = strchr(at, ',');
        if (at == NULL) return count;
        *at = '\0';
    }
}

static inline void table_open(table *t, const char *folder, const char *file) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    t->file = fopen(path, "r");
    if (t->file == NULL) FAIL("%s cannot be read", path);
    CHECK(fgets(t->names, sizeof t->names, t->file) != NULL);
    t->columns = table_split(t->names, t->name);
}

/* The next row, if there is one. */
static inline int table_next(table *t) {
    if (fgets(t->line, sizeof t->line, t->file) == NULL) {
        fclose(t->file);
        return 0;
    }
    strcpy(t->whole, t->line);
    CHECK(table_split(t->line, t->value) == t->columns);
    return 1;
}

static inline const char *table_text(const table *t, const char *column) {
    for (int i = 0; i < t->columns; i++) {
        if (strcmp(t->name[i], column) == 0) return t->value[i];
    }
    FAIL("no column %s", column);
}

static inline int table_has(const table *t, const char *column) { return table_text(t, column)[0] != '\0'; }

static inline uint64_t table_whole(const table *t, const char *column) {
    const char *text = table_text(t, column);
    return strtoull(text, NULL, strncmp(text, "0x", 2) == 0 ? 16 : 10);
}

static inline uint64_t table_hexadecimal(const table *t, const char *column) {
    return strtoull(table_text(t, column), NULL, 16);
}

static inline double table_real(const table *t, const char *column) { return strtod(table_text(t, column), NULL); }

/* Fails with the row unless two numbers are equal. */
#define ROW_EQUAL(t, got, expected)                                                                                    \
    do {                                                                                                               \
        uint64_t one = (got), two = (expected);                                                                        \
        if (one != two) FAIL("%s is %" PRIu64 ", not %" PRIu64 ": %s", #got, one, two, (t)->whole);                    \
    } while (0)

/* As above, for a number of 128 bits whose upper half is 0. */
#define ROW_EQUAL_WIDE(t, got, expected)                                                                               \
    do {                                                                                                               \
        ROW_EQUAL(t, (got).low, expected);                                                                             \
        ROW_EQUAL(t, (got).high, 0);                                                                                   \
    } while (0)

#endif
