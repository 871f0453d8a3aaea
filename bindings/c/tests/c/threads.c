#include <pthread.h>
#include <sched.h>

#include "check.h"

/* Endless for this test: 2^40 walks. */
static lanewalk_problem *endless(void) { return passage(150, (uint64_t)1 << 40, 1); }

static void *stop_when_it_runs(void *argument) {
    lanewalk_control *control = argument;
    lanewalk_progress progress;
    do {
        sched_yield();
        OK(lanewalk_control_progress(control, &progress));
    } while (progress.done == 0);
    CHECK(progress.total > progress.done && !progress.stopped);
    OK(lanewalk_control_stop(control));
    return NULL;
}

static void stop(size_t threads) {
    lanewalk_control *control = NULL;
    lanewalk_exec *exec = NULL;
    lanewalk_problem *problem = endless();
    lanewalk_result *result = NULL;
    lanewalk_progress progress;
    pthread_t stopper;
    OK(lanewalk_control_new(NULL, NULL, &control));
    OK(lanewalk_exec_new(&exec));
    OK(lanewalk_exec_set_threads(exec, threads));
    OK(lanewalk_exec_set_control(exec, control));
    CHECK(pthread_create(&stopper, NULL, stop_when_it_runs, control) == 0);
    FAILS(lanewalk_run(problem, exec, &result), LANEWALK_STATUS_STOPPED, NULL);
    CHECK(pthread_join(stopper, NULL) == 0 && result == NULL);
    /* Until the reset, every run is refused. */
    OK(lanewalk_problem_set_samples(problem, 10));
    FAILS(lanewalk_run(problem, exec, &result), LANEWALK_STATUS_STOPPED, NULL);
    OK(lanewalk_control_reset(control));
    OK(lanewalk_run(problem, exec, &result));
    OK(lanewalk_control_progress(control, &progress));
    lanewalk_tally tally;
    OK(lanewalk_result_tally(result, 0, NULL, &tally));
    CHECK(progress.done == tally.total_steps.low);
    lanewalk_result_free(&result);

    /* The samples of walkers: each one is whole or absent. */
    enum { COUNT = 1 << 20 };
    uint64_t *times = calloc(COUNT, sizeof *times);
    CHECK(times != NULL);
    OK(lanewalk_control_reset(control));
    OK(lanewalk_problem_set_samples(problem, COUNT));
    CHECK(pthread_create(&stopper, NULL, stop_when_it_runs, control) == 0);
    FAILS(lanewalk_walk_each(problem, exec, times, COUNT, NULL, 0), LANEWALK_STATUS_STOPPED, NULL);
    CHECK(pthread_join(stopper, NULL) == 0);
    size_t done = 0;
    for (size_t i = 0; i < COUNT; i++) done += times[i] != LANEWALK_NOT_DONE;
    CHECK(done > 0 && done < COUNT);
    free(times);

    /* A stepper. */
    lanewalk_rod *rod = NULL;
    lanewalk_stepper *stepper = NULL;
    double field[51];
    OK(lanewalk_control_reset(control));
    OK(lanewalk_heat(51, &rod));
    OK(lanewalk_stepper_new(rod, exec, &stepper));
    OK(lanewalk_stepper_field(stepper, field, 51));
    OK(lanewalk_control_stop(control));
    FAILS(lanewalk_stepper_advance(stepper, 1000), LANEWALK_STATUS_STOPPED, NULL);
    OK(lanewalk_control_reset(control));
    OK(lanewalk_stepper_set_field(stepper, field, 51));
    OK(lanewalk_stepper_advance(stepper, 10));
    lanewalk_stepper_free(&stepper);
    lanewalk_rod_free(&rod);
    /* The execution keeps its control. */
    lanewalk_control_free(&control);
    OK(lanewalk_problem_set_samples(problem, 10));
    OK(lanewalk_run(problem, exec, &result));
    lanewalk_result_free(&result);
    lanewalk_exec_free(&exec);
    lanewalk_problem_free(&problem);
}

typedef struct {
    pthread_t caller;
    int calls;
} interrupt_state;

static bool third_call(void *user) {
    interrupt_state *state = user;
    CHECK(pthread_equal(state->caller, pthread_self()));
    return ++state->calls >= 3;
}

static void interrupt(size_t threads) {
    interrupt_state state = {pthread_self(), 0};
    lanewalk_control *control = NULL;
    lanewalk_exec *exec = NULL;
    lanewalk_problem *problem = endless();
    lanewalk_result *result = NULL;
    OK(lanewalk_control_new(third_call, &state, &control));
    OK(lanewalk_exec_new(&exec));
    OK(lanewalk_exec_set_threads(exec, threads));
    OK(lanewalk_exec_set_control(exec, control));
    FAILS(lanewalk_run(problem, exec, &result), LANEWALK_STATUS_STOPPED, NULL);
    CHECK(state.calls >= 3);
    lanewalk_exec_free(&exec);
    lanewalk_control_free(&control);
    lanewalk_problem_free(&problem);
}

/* The handles that all threads share. */
static lanewalk_problem *shared_problem;
static lanewalk_exec *shared_exec;
static lanewalk_result *shared_result;

static void *caller(void *argument) {
    const uint64_t number = (uint64_t)(uintptr_t)argument;
    lanewalk_result *result = NULL;
    lanewalk_estimate estimate, again;
    bool equal;
    for (int round = 0; round < 20; round++) {
        OK(lanewalk_run(shared_problem, shared_exec, &result));
        OK(lanewalk_result_equal(result, shared_result, &equal));
        CHECK(equal);
        OK(lanewalk_result_estimate(result, 0, "mean", &estimate));
        OK(lanewalk_result_estimate(shared_result, 0, "mean", &again));
        CHECK(memcmp(&estimate, &again, sizeof estimate) == 0);
        lanewalk_result_free(&result);
        /* Each thread has its own last error. */
        lanewalk_problem *bad = passage(-(double)number, 1, 1);
        REFUSED(lanewalk_run(bad, NULL, &result), "distances");
        char expected[64];
        snprintf(expected, sizeof expected, "distances[0]: got -%" PRIu64 ",", number);
        for (int i = 0; i < 10; i++) {
            sched_yield();
            CHECK(strncmp(lanewalk_last_error_message(), expected, strlen(expected)) == 0);
        }
        lanewalk_problem_free(&bad);
    }
    return NULL;
}

static void many_callers(size_t threads) {
    enum { CALLERS = 8 };
    pthread_t callers[CALLERS];
    shared_problem = passage(10, 300, 1);
    OK(lanewalk_exec_new(&shared_exec));
    OK(lanewalk_exec_set_threads(shared_exec, threads));
    OK(lanewalk_run(shared_problem, NULL, &shared_result));
    for (uintptr_t i = 0; i < CALLERS; i++) CHECK(pthread_create(&callers[i], NULL, caller, (void *)(i + 1)) == 0);
    for (int i = 0; i < CALLERS; i++) CHECK(pthread_join(callers[i], NULL) == 0);
    lanewalk_result_free(&shared_result);
    lanewalk_exec_free(&shared_exec);
    lanewalk_problem_free(&shared_problem);
}

int main(void) {
    for (size_t threads = 1; threads <= 3; threads += 2) {
        stop(threads);
        interrupt(threads);
        many_callers(threads);
    }
    return 0;
}
