/* Checks that end the program with the place and the reason of the first one that fails. */
#ifndef CHECK_H
#define CHECK_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lanewalk.h"

#define FAIL(...)                                                                                                      \
    do {                                                                                                               \
        fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);                                                                \
        fprintf(stderr, __VA_ARGS__);                                                                                  \
        fputc('\n', stderr);                                                                                           \
        exit(1);                                                                                                       \
    } while (0)

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) FAIL("not true: %s", #condition);                                                            \
    } while (0)

/* The call succeeds. */
#define OK(call)                                                                                                       \
    do {                                                                                                               \
        if ((call) != LANEWALK_STATUS_OK) FAIL("%s: %s", #call, lanewalk_last_error_message());                        \
    } while (0)

/* The call fails with this status, and the message begins with the name of the argument, if there is one. */
#define FAILS(call, expected, argument) check_failure(call, expected, argument, __FILE__, __LINE__, #call)

/* The call fails because of this argument. */
#define REFUSED(call, argument) FAILS(call, LANEWALK_STATUS_INVALID_ARGUMENT, argument)

static inline void check_failure(lanewalk_status status, lanewalk_status expected, const char *argument,
                                 const char *file, int line, const char *text) {
    const char *message = lanewalk_last_error_message(), *name = lanewalk_last_error_argument();
    int named = argument == NULL ? name == NULL
                                 : name != NULL && strcmp(name, argument) == 0 &&
                                       strncmp(message, argument, strlen(argument)) == 0;
    if (status != expected || message == NULL || message[0] == '\0' || !named) {
        fprintf(stderr, "%s:%d: %s: status %d, argument %s, message '%s'\n", file, line, text, (int)status,
                name == NULL ? "NULL" : name, message == NULL ? "NULL" : message);
        exit(1);
    }
}

/* The digest of a result, in a buffer of the caller. */
typedef struct {
    char text[17];
} digest_text;

static inline digest_text digest_of(const lanewalk_result *result) {
    digest_text digest;
    size_t length;
    OK(lanewalk_result_digest(result, digest.text, sizeof digest.text, &length));
    CHECK(length == 16 && strlen(digest.text) == 16);
    return digest;
}

static inline lanewalk_problem *passage(double distance, uint64_t samples, uint64_t seed) {
    lanewalk_problem *problem = NULL;
    OK(lanewalk_first_passage(&distance, 1, &problem));
    OK(lanewalk_problem_set_samples(problem, samples));
    OK(lanewalk_problem_set_seed(problem, seed));
    return problem;
}

#endif
