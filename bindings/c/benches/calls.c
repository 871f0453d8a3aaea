/* Prints the seconds of a small call and of a large call from C, as JSON: for benches/record.
 *
 *     cc -O2 calls.c -o calls $(pkg-config --cflags --libs lanewalk) && ./calls */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <lanewalk.h>

static void check(lanewalk_status status) {
    if (status != LANEWALK_STATUS_OK) {
        fprintf(stderr, "%s\n", lanewalk_last_error_message());
        exit(1);
    }
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int ascending(const void *one, const void *two) {
    const double a = *(const double *)one, b = *(const double *)two;
    return (a > b) - (a < b);
}

int main(void) {
    enum { SMALL = 20001 };
    static double times[SMALL];
    const double near = 1, far = 150;
    lanewalk_exec *exec = NULL;
    lanewalk_problem *problem = NULL;
    lanewalk_result *result = NULL;
    check(lanewalk_exec_new(&exec));
    check(lanewalk_exec_set_threads(exec, 1));
    for (int i = 0; i < SMALL; i++) {
        const double start = now();
        check(lanewalk_first_passage(&near, 1, &problem));
        check(lanewalk_problem_set_samples(problem, 1));
        check(lanewalk_run(problem, exec, &result));
        times[i] = now() - start;
        lanewalk_result_free(&result);
        lanewalk_problem_free(&problem);
    }
    qsort(times, SMALL, sizeof times[0], ascending);
    const double small = times[SMALL / 2];

    check(lanewalk_first_passage(&far, 1, &problem));
    check(lanewalk_problem_set_samples(problem, 100000));
    const double start = now();
    check(lanewalk_run(problem, exec, &result));
    const double large = now() - start;
    printf("{\"small_s\": %.3e, \"large_s\": %.6f}\n", small, large);
    lanewalk_result_free(&result);
    lanewalk_problem_free(&problem);
    lanewalk_exec_free(&exec);
    return 0;
}
