/* Bad input: an error that names the argument, and outputs that are as they were. */
#include <math.h>

#include "check.h"

/* An address that no handle has: a handle that a call wrote by mistake would differ from it. */
static char untouched[16];
#define UNTOUCHED(type) ((type *)(void *)untouched)

static void run_refused(lanewalk_problem *problem, const char *argument) {
    lanewalk_result *result = UNTOUCHED(lanewalk_result);
    REFUSED(lanewalk_run(problem, NULL, &result), argument);
    CHECK(result == UNTOUCHED(lanewalk_result));
    REFUSED(lanewalk_problem_check(problem), argument);
    lanewalk_problem_free(&problem);
    CHECK(problem == NULL);
    lanewalk_problem_free(&problem);
}

static lanewalk_problem *between(double lower, double upper, double start) {
    lanewalk_problem *problem = NULL;
    OK(lanewalk_first_exit(lower, upper, &problem));
    OK(lanewalk_problem_set_start(problem, start));
    return problem;
}

static void values(void) {
    const double bad[] = {NAN, INFINITY, -INFINITY, -1, 0, 2147483649.0};
    lanewalk_problem *problem = NULL;
    for (int i = 0; i < 6; i++) run_refused(passage(bad[i], 10, 1), "distances");
    for (int i = 0; i < 3; i++) {
        run_refused(between(bad[i], 5, 0), "lower");
        run_refused(between(-5, bad[i], 0), "upper");
        run_refused(between(-5, 5, bad[i]), "start");
        OK(lanewalk_in_ball(3, bad[i], &problem));
        run_refused(problem, "radius");
        OK(lanewalk_first_return_ball(3, bad[i], 10, &problem));
        run_refused(problem, "radius");
    }
    run_refused(between(5, 2, 3), "lower");
    /* Negative numbers of C are huge numbers without sign. */
    run_refused(passage(1, 0, 1), "samples");
    run_refused(passage(1, (uint64_t)-1, 1), "samples");
    problem = passage(1, 1, 1);
    OK(lanewalk_problem_set_walkers(problem, 7, 3));
    run_refused(problem, "walkers");
    problem = passage(1, 1, 1);
    OK(lanewalk_problem_set_walkers(problem, ((uint64_t)1 << 62) - 1, ((uint64_t)1 << 62) + 1));
    run_refused(problem, "walkers");
    OK(lanewalk_first_passage(NULL, 0, &problem));
    run_refused(problem, "distances");
    const size_t dimensions[] = {0, 17, (size_t)-1};
    for (int i = 0; i < 3; i++) {
        OK(lanewalk_in_ball(dimensions[i], 2, &problem));
        run_refused(problem, "dimensions");
        OK(lanewalk_in_cube(dimensions[i], 2, &problem));
        run_refused(problem, "dimensions");
        OK(lanewalk_first_return_lattice(dimensions[i], 10, &problem));
        run_refused(problem, "dimensions");
    }
    const uint64_t horizons[] = {0, (uint64_t)-1};
    for (int i = 0; i < 2; i++) {
        OK(lanewalk_first_exit_upper(1, horizons[i], &problem));
        run_refused(problem, "horizon");
        OK(lanewalk_first_exit_lower(-1, horizons[i], &problem));
        run_refused(problem, "horizon");
    }
    OK(lanewalk_first_return_sign(0, &problem));
    run_refused(problem, "horizon");
    const uint64_t points[] = {0, (uint64_t)-1, ((uint64_t)1 << 62) + 1};
    for (int i = 0; i < 3; i++) {
        OK(lanewalk_pi(points[i], &problem));
        run_refused(problem, "points");
        OK(lanewalk_pi_batches(3, points[i], &problem));
        run_refused(problem, "batch_points");
        OK(lanewalk_pi_batches(points[i], 3, &problem));
        run_refused(problem, "batches");
    }
    OK(lanewalk_pi(100, &problem));
    OK(lanewalk_problem_set_shard(problem, 50, 101));
    run_refused(problem, "shard");
    OK(lanewalk_pi_batches(3, 3, &problem));
    OK(lanewalk_problem_set_chunk(problem, 0));
    run_refused(problem, "chunk");
}

/* Settings that a problem does not have, and unknown names. */
static void settings(void) {
    lanewalk_problem *walk = passage(1, 1, 1), *pi = NULL, *ball = NULL;
    OK(lanewalk_pi(100, &pi));
    OK(lanewalk_in_ball(2, 3, &ball));
    REFUSED(lanewalk_problem_set_horizon(walk, 3), "horizon");
    REFUSED(lanewalk_problem_set_start(ball, 3), "start");
    REFUSED(lanewalk_problem_set_samples(pi, 3), "samples");
    REFUSED(lanewalk_problem_set_walkers(pi, 3, 4), "walkers");
    REFUSED(lanewalk_problem_set_shard(walk, 3, 4), "shard");
    REFUSED(lanewalk_problem_set_independent(ball, true), "independent");
    REFUSED(lanewalk_problem_set_chunk(pi, 4), "chunk");
    REFUSED(lanewalk_problem_set_unordered(walk, true), "unordered");
    REFUSED(lanewalk_problem_set_method(ball, "plain"), "method");
    const char *names[] = {"", "plane", "PLAIN", "conditional", "\xff\xfe"};
    for (int i = 0; i < 5; i++) REFUSED(lanewalk_problem_set_method(walk, names[i]), "method");
    REFUSED(lanewalk_problem_set_method(pi, "wald"), "method");
    REFUSED(lanewalk_problem_set_method(pi, NULL), "method");

    lanewalk_exec *exec = NULL;
    OK(lanewalk_exec_new(&exec));
    REFUSED(lanewalk_exec_set_layer(exec, "fast"), "layer");
    REFUSED(lanewalk_exec_set_isa(exec, "sse9"), "isa");
    REFUSED(lanewalk_exec_set_pin(exec, "tight"), "pin");
    REFUSED(lanewalk_exec_set_layer(exec, NULL), "layer");
    REFUSED(lanewalk_exec_set_isa(exec, NULL), "isa");
    REFUSED(lanewalk_exec_set_pin(exec, NULL), "pin");
    REFUSED(lanewalk_exec_set_threads(exec, 0), "threads");
    REFUSED(lanewalk_exec_set_threads(exec, (size_t)-1), "threads");
#if defined(__x86_64__)
    FAILS(lanewalk_exec_set_isa(exec, "neon"), LANEWALK_STATUS_UNAVAILABLE, "isa");
#elif defined(__aarch64__)
    FAILS(lanewalk_exec_set_isa(exec, "avx2"), LANEWALK_STATUS_UNAVAILABLE, "isa");
#endif
    /* None of these has changed the execution or the problem. */
    lanewalk_result *result = NULL;
    OK(lanewalk_run(walk, exec, &result));
    const char *unknown[] = {"", "median", "pi", "\xff"};
    lanewalk_estimate estimate, before;
    memset(&estimate, 7, sizeof estimate);
    before = estimate;
    for (int i = 0; i < 4; i++) REFUSED(lanewalk_result_estimate(result, 0, unknown[i], &estimate), "name");
    REFUSED(lanewalk_result_estimate(result, 1, "mean", &estimate), "row");
    REFUSED(lanewalk_result_estimate(result, (size_t)-1, "mean", &estimate), "row");
    REFUSED(lanewalk_result_estimate(result, 0, NULL, &estimate), "name");
    CHECK(memcmp(&estimate, &before, sizeof estimate) == 0);
    lanewalk_tally tally;
    memset(&tally, 7, sizeof tally);
    REFUSED(lanewalk_result_tally(result, 0, "lower", &tally), "side");
    lanewalk_pi_tally points;
    REFUSED(lanewalk_result_pi_tally(result, &points), "result");
    double distance = 3, survival[1];
    uint64_t steps[1] = {1};
    lanewalk_quantile quantile;
    REFUSED(lanewalk_result_survival(result, steps, survival, 1), "result");
    REFUSED(lanewalk_exact_survival(pi, steps, survival, 1), "problem");
    REFUSED(lanewalk_exact_survival(ball, steps, survival, 1), "problem");
    REFUSED(lanewalk_result_distance(result, 1, &distance), "row");
    CHECK(distance == 3 && tally.samples == 0x0707070707070707);
    lanewalk_result_free(&result);
    OK(lanewalk_run_times(walk, NULL, &result));
    const double qs[] = {0, 1, -1, 2, NAN};
    for (int i = 0; i < 5; i++) {
        REFUSED(lanewalk_result_quantile(result, qs[i], &quantile), "q");
        REFUSED(lanewalk_exact_quantile(walk, qs[i], steps), "q");
    }
    REFUSED(lanewalk_result_estimate(result, 0, "mean", &estimate), "name");
    REFUSED(lanewalk_run_times(pi, NULL, &result), "problem");
    REFUSED(lanewalk_exact(walk, 1, &(lanewalk_exact_values){0}), "row");
    REFUSED(lanewalk_exact(pi, 0, &(lanewalk_exact_values){0}), "problem");
    lanewalk_result_free(&result);
    lanewalk_exec_free(&exec);
    lanewalk_problem_free(&walk);
    lanewalk_problem_free(&pi);
    lanewalk_problem_free(&ball);
}

static void arrays(void) {
    lanewalk_problem *walk = passage(5, 4, 1), *two = NULL, *pi = NULL;
    const double distances[] = {1, 2};
    uint64_t times[5] = {9, 9, 9, 9, 9};
    int64_t positions[8] = {9, 9, 9, 9, 9, 9, 9, 9};
    OK(lanewalk_first_passage(distances, 2, &two));
    OK(lanewalk_pi(10, &pi));
    REFUSED(lanewalk_walk_each(walk, NULL, times, 3, NULL, 0), "times");
    REFUSED(lanewalk_walk_each(walk, NULL, times, 5, NULL, 0), "times");
    REFUSED(lanewalk_walk_each(walk, NULL, times, 0, NULL, 0), "times");
    REFUSED(lanewalk_walk_each(walk, NULL, times, (size_t)-1, NULL, 0), "times");
    REFUSED(lanewalk_walk_each(walk, NULL, NULL, 4, NULL, 0), "times");
    REFUSED(lanewalk_walk_each(walk, NULL, (uint64_t *)(void *)((char *)times + 1), 4, NULL, 0), "times");
    REFUSED(lanewalk_walk_each(walk, NULL, times, 4, positions, 3), "positions");
    REFUSED(lanewalk_walk_each(walk, NULL, times, 4, positions, 8), "positions");
    REFUSED(lanewalk_walk_each(walk, NULL, times, 4, positions, (size_t)-1), "positions");
    REFUSED(lanewalk_walk_each(walk, NULL, times, 4, NULL, 4), "positions");
    REFUSED(lanewalk_walk_each(two, NULL, times, 4, NULL, 0), "distances");
    REFUSED(lanewalk_walk_each(pi, NULL, times, 4, NULL, 0), "problem");
    for (int i = 0; i < 5; i++) CHECK(times[i] == 9);
    for (int i = 0; i < 8; i++) CHECK(positions[i] == 9);
    lanewalk_problem *none = UNTOUCHED(lanewalk_problem);
    REFUSED(lanewalk_first_passage(NULL, 3, &none), "distances");
    REFUSED(lanewalk_first_passage(distances, (size_t)-1, &none), "distances");
    CHECK(none == UNTOUCHED(lanewalk_problem));

    /* Buffers of texts. */
    lanewalk_result *result = NULL;
    char buffer[17] = "untouched";
    size_t length = 3;
    OK(lanewalk_run(walk, NULL, &result));
    REFUSED(lanewalk_result_digest(result, buffer, 16, &length), "size");
    REFUSED(lanewalk_result_to_json(result, buffer, 17, &length), "size");
    REFUSED(lanewalk_result_digest(result, NULL, 17, &length), "buffer");
    REFUSED(lanewalk_result_digest(result, NULL, 0, NULL), "length");
    CHECK(length == 3 && strcmp(buffer, "untouched") == 0);
    OK(lanewalk_result_digest(result, NULL, 0, &length));
    CHECK(length == 16);
    lanewalk_result_free(&result);
    lanewalk_problem_free(&walk);
    lanewalk_problem_free(&two);
    lanewalk_problem_free(&pi);
}

static void rods(void) {
    lanewalk_rod *rod = NULL;
    lanewalk_stepper *stepper = UNTOUCHED(lanewalk_stepper);
    lanewalk_evolution *evolution = UNTOUCHED(lanewalk_evolution);
    const double start[4] = {0, NAN, 1, 0}, moved[5] = {1, 0, 0, 0, 0};
    double field[5] = {9, 9, 9, 9, 9};
    const size_t points[] = {0, 2, ((size_t)1 << 28) + 1, (size_t)-1};
    for (int i = 0; i < 4; i++) {
        OK(lanewalk_heat(points[i], &rod));
        REFUSED(lanewalk_rod_check(rod, NULL), "points");
        REFUSED(lanewalk_evolve(rod, NULL, &evolution), "points");
        REFUSED(lanewalk_stepper_new(rod, NULL, &stepper), "points");
        lanewalk_rod_free(&rod);
    }
    OK(lanewalk_heat(5, &rod));
    REFUSED(lanewalk_rod_set_start(rod, start, 4), "start");
    REFUSED(lanewalk_rod_set_start(rod, start, 0), "start");
    REFUSED(lanewalk_rod_set_start(rod, NULL, 5), "start");
    REFUSED(lanewalk_rod_set_start(rod, start, (size_t)-1), "start");
    REFUSED(lanewalk_rod_set_method(rod, "leap"), "method");
    const double steps[] = {NAN, 0, -1, 1e9, INFINITY};
    for (int i = 0; i < 5; i++) {
        lanewalk_rod *copy = NULL;
        OK(lanewalk_rod_clone(rod, &copy));
        OK(lanewalk_rod_set_time_step(copy, steps[i]));
        REFUSED(lanewalk_evolve_field(copy, NULL, field, 5), "time_step");
        lanewalk_rod_free(&copy);
    }
    lanewalk_rod *copy = NULL;
    OK(lanewalk_rod_clone(rod, &copy));
    OK(lanewalk_rod_set_mode(copy, 4));
    REFUSED(lanewalk_evolve_field(copy, NULL, field, 5), "mode");
    OK(lanewalk_rod_set_mode(copy, 3));
    OK(lanewalk_rod_set_domains(copy, 4, 1));
    REFUSED(lanewalk_evolve_field(copy, NULL, field, 5), "domains");
    OK(lanewalk_rod_set_domains(copy, 2, 0));
    REFUSED(lanewalk_evolve_field(copy, NULL, field, 5), "halo");
    lanewalk_rod_free(&copy);
    REFUSED(lanewalk_evolve_field(rod, NULL, field, 4), "field");
    REFUSED(lanewalk_evolve_field(rod, NULL, NULL, 5), "field");
    CHECK(stepper == UNTOUCHED(lanewalk_stepper) && evolution == UNTOUCHED(lanewalk_evolution));
    OK(lanewalk_stepper_new(rod, NULL, &stepper));
    REFUSED(lanewalk_stepper_field(stepper, field, 4), "field");
    REFUSED(lanewalk_stepper_field(stepper, NULL, 5), "field");
    REFUSED(lanewalk_stepper_set_field(stepper, start, 4), "field");
    REFUSED(lanewalk_stepper_set_field(stepper, moved, 5), "field");
    for (int i = 0; i < 5; i++) CHECK(field[i] == 9);
    OK(lanewalk_evolve(rod, NULL, &evolution));
    double error = 9;
    REFUSED(lanewalk_evolution_field(evolution, field, 6), "field");
    REFUSED(lanewalk_evolution_error(evolution, NULL, "other", &error), "name");
    CHECK(error == 9);
    lanewalk_evolution_free(&evolution);
    lanewalk_stepper_free(&stepper);
    lanewalk_rod_free(&rod);
}

static void streams(void) {
    lanewalk_stream stream = {{9, 9, 9, 9}}, none = {{0, 0, 0, 0}};
    uint64_t value = 9, first[2], again[2];
    const char *labels[] = {"", "ninechars", "\xc3\xa4", NULL};
    for (int i = 0; i < 4; i++) {
        REFUSED(lanewalk_stream_new(1, labels[i], 0, &stream), "label");
        REFUSED(lanewalk_base(1, labels[i], &value), "label");
    }
    REFUSED(lanewalk_stream_new(1, "walk", (uint64_t)1 << 62, &stream), "index");
    REFUSED(lanewalk_independent_seed(1, NULL, 2, &value), "keys");
    const double distances[] = {NAN, INFINITY, -1, 0};
    for (int i = 0; i < 4; i++) REFUSED(lanewalk_distance_key(distances[i], &value), "distance");
    CHECK(stream.state[0] == 9 && stream.state[3] == 9 && value == 9);
    REFUSED(lanewalk_stream_draw(&none, &value, 1), "stream");
    OK(lanewalk_stream_new(1, "walk", 0, &stream));
    REFUSED(lanewalk_stream_draw(&stream, NULL, 1), "draws");
    /* A copy draws on its own. */
    none = stream;
    OK(lanewalk_stream_draw(&stream, first, 2));
    OK(lanewalk_stream_draw(&none, again, 2));
    CHECK(first[0] == UINT64_C(0x84CBABB9245B9B0F) && first[0] == again[0] && first[1] == again[1]);
}

/* Environment variables with invalid values are named. */
static void environment(void) {
    lanewalk_exec *exec = UNTOUCHED(lanewalk_exec);
    setenv("LANEWALK_THREADS", "many", 1);
    REFUSED(lanewalk_exec_from_environment(&exec), "LANEWALK_THREADS");
    CHECK(exec == UNTOUCHED(lanewalk_exec));
    setenv("LANEWALK_THREADS", "2", 1);
    OK(lanewalk_exec_from_environment(&exec));
    lanewalk_plan plan;
    OK(lanewalk_exec_plan(exec, &plan));
    CHECK(plan.threads == 2);
    lanewalk_exec_free(&exec);
}

/* The message names the parameter and the value of the caller. */
#define SAYS(call, argument, part)                                                                                     \
    do {                                                                                                               \
        REFUSED(call, argument);                                                                                       \
        if (strstr(lanewalk_last_error_message(), part) == NULL) FAIL("%s", lanewalk_last_error_message());            \
        CHECK(strlen(lanewalk_last_error_message()) < 700);                                                            \
    } while (0)

static void messages(void) {
    const double distances[] = {1, 2, 3, -4, 5};
    lanewalk_problem *problem = NULL;
    lanewalk_result *result = NULL;
    OK(lanewalk_first_passage(distances, 5, &problem));
    SAYS(lanewalk_run(problem, NULL, &result), "distances", "distances[3]: got -4, expected ");
    SAYS(lanewalk_problem_check(problem), "distances", "distances[3]: ");
    SAYS(lanewalk_exact(problem, 0, &(lanewalk_exact_values){0}), "distances", "distances[3]: ");
    SAYS(lanewalk_solve(problem, NULL), "distances", "distances[3]: ");
    lanewalk_problem_free(&problem);

    problem = passage(1, 5, 1);
    OK(lanewalk_problem_set_walkers(problem, 9, 2));
    SAYS(lanewalk_run(problem, NULL, &result), "walkers", "walkers: got 9..2, expected ");
    SAYS(lanewalk_run_times(problem, NULL, &result), "walkers", "9..2");
    OK(lanewalk_problem_set_samples(problem, 0));
    SAYS(lanewalk_run(problem, NULL, &result), "samples", "samples: got 0, expected at least 1");
    lanewalk_problem *copy = NULL;
    OK(lanewalk_problem_clone(problem, &copy));
    SAYS(lanewalk_problem_check(copy), "samples", "samples: got 0");
    lanewalk_problem_free(&copy);
    OK(lanewalk_problem_set_samples(problem, 5));
    OK(lanewalk_run_times(problem, NULL, &result));
    SAYS(lanewalk_result_estimate(result, 0, "mean", &(lanewalk_estimate){0}), "name", "use lanewalk_result_quantile");
    lanewalk_result_free(&result);

    /* Long values are shown in part, and long numbers with an exponent. */
    char *text = malloc(10000001);
    memset(text, 'x', 10000000);
    text[10000000] = '\0';
    lanewalk_exec *exec = NULL;
    uint64_t number;
    OK(lanewalk_exec_new(&exec));
    SAYS(lanewalk_problem_set_method(problem, text), "method", "xxx...', expected one of plain ");
    SAYS(lanewalk_exec_set_layer(exec, text), "layer", "xxx...', expected ");
    SAYS(lanewalk_exec_set_isa(exec, text), "isa", "xxx...', expected ");
    SAYS(lanewalk_exec_set_pin(exec, text), "pin", "xxx...', expected ");
    SAYS(lanewalk_base(1, text, &number), "label", "xxx...', expected ");
    SAYS(lanewalk_result_from_json(text, &result), "parts", "parts: ");
    SAYS(lanewalk_refuse("mine", text), "mine", "mine: xxx");
    text[0] = '[', text[1] = '{', text[2] = '"', text[9999997] = '"', text[9999998] = '}', text[9999999] = ']';
    SAYS(lanewalk_result_from_json(text, &result), "parts", "parts: ");
    memset(text, '\xc3', 10000000);
    for (int i = 1; i < 10000000; i += 2) text[i] = '\xa4';
    SAYS(lanewalk_problem_set_method(problem, text), "method", "\xa4...', expected one of plain ");
    free(text);
    lanewalk_problem_free(&problem);
    problem = passage(1e300, 5, 1);
    SAYS(lanewalk_run(problem, NULL, &result), "distances", "distances[0]: got 1e300, expected ");
    lanewalk_problem_free(&problem);
    OK(lanewalk_first_exit(-5e-324, -1e300, &problem));
    SAYS(lanewalk_run(problem, NULL, &result), "upper", "got -1e300");
    SAYS(lanewalk_distance_key(-1e300, &number), "distance", "got -1e300");
    lanewalk_problem_free(&problem);

    /* What has no effect is refused, in each order. */
    SAYS(lanewalk_refuse("mine", "my reason"), "mine", "mine: my reason");
    OK(lanewalk_exec_set_layer(exec, "scalar"));
    SAYS(lanewalk_exec_set_isa(exec, "wide"), "isa", "only the layer simd");
    OK(lanewalk_exec_set_layer(exec, "simd"));
    OK(lanewalk_exec_set_isa(exec, "wide"));
    SAYS(lanewalk_exec_set_layer(exec, "interchanged"), "layer", "only the layer simd");
    lanewalk_plan plan;
    OK(lanewalk_exec_plan(exec, &plan));
    CHECK(strcmp(plan.layer, "simd") == 0 && strcmp(plan.isa, "wide") == 0);
    lanewalk_exec_free(&exec);
    lanewalk_rod *rod = NULL;
    OK(lanewalk_heat(9, &rod));
    OK(lanewalk_rod_set_domains(rod, 2, 1));
    SAYS(lanewalk_rod_set_method(rod, "spectral"), "method", "sub-domains");
    lanewalk_rod_free(&rod);
    OK(lanewalk_heat(9, &rod));
    OK(lanewalk_rod_set_method(rod, "spectral"));
    SAYS(lanewalk_rod_set_domains(rod, 2, 1), "domains", "sub-domains");
    lanewalk_rod_free(&rod);
    OK(lanewalk_pi(10, &problem));
    SAYS(lanewalk_solve(problem, NULL), "problem", "pi");
    lanewalk_problem_free(&problem);
}

/* Arrays that overlap. */
static void overlaps(void) {
    uint64_t memory[8] = {9, 9, 9, 9, 9, 9, 9, 9};
    lanewalk_problem *walk = passage(5, 4, 1);
    lanewalk_result *result = NULL;
    for (int i = 0; i < 4; i++) {
        REFUSED(lanewalk_walk_each(walk, NULL, memory, 4, (int64_t *)memory + i, 4), "positions");
        REFUSED(lanewalk_walk_each(walk, NULL, memory + i, 4, (int64_t *)memory, 4), "positions");
    }
    OK(lanewalk_run_times(walk, NULL, &result));
    for (int i = 0; i < 4; i++) {
        double *probabilities = (double *)(void *)(memory + i);
        REFUSED(lanewalk_exact_survival(walk, memory, probabilities, 4), "probabilities");
        REFUSED(lanewalk_result_survival(result, memory, probabilities, 4), "probabilities");
    }
    REFUSED(lanewalk_result_walks(result, 0, memory, memory), "censored");
    REFUSED(lanewalk_independent_seed(1, memory, 8, memory + 7), "value");
    REFUSED(lanewalk_result_digest(result, (char *)memory, 60, (size_t *)(void *)(memory + 7)), "length");
    lanewalk_stream stream;
    OK(lanewalk_stream_new(1, "walk", 0, &stream));
    REFUSED(lanewalk_stream_draw(&stream, stream.state + 3, 1), "draws");
    for (int i = 0; i < 8; i++) CHECK(memory[i] == 9);
    OK(lanewalk_walk_each(walk, NULL, memory, 4, (int64_t *)memory + 4, 4));
    lanewalk_result_free(&result);
    lanewalk_problem_free(&walk);
}

/* Numbers of controls: a number that was released is refused, and is never given again. */
static void numbers_of_controls(void) {
    lanewalk_control *control = NULL, *same = NULL, *none = UNTOUCHED(lanewalk_control);
    lanewalk_progress progress;
    uint64_t id = 0, next = 0;
    OK(lanewalk_control_new(NULL, NULL, &control));
    OK(lanewalk_control_register(control, &id));
    lanewalk_control_free(&control);
    OK(lanewalk_control_find(id, &control));
    OK(lanewalk_control_find(id, &same));
    OK(lanewalk_control_stop(control));
    OK(lanewalk_control_progress(same, &progress));
    CHECK(progress.stopped && id != 0);
    OK(lanewalk_control_release(id));
    OK(lanewalk_control_reset(same));
    REFUSED(lanewalk_control_release(id), "control");
    REFUSED(lanewalk_control_find(id, &none), "control");
    REFUSED(lanewalk_control_find(0, &none), "control");
    CHECK(none == UNTOUCHED(lanewalk_control));
    OK(lanewalk_control_register(control, &next));
    CHECK(next != id);
    OK(lanewalk_control_release(next));
    lanewalk_control_free(&control), lanewalk_control_free(&same);
}

/* Equal problems share their exact values, whatever their seed and walkers; the run is that of the problem itself. */
static void recalled(void) {
    for (uint64_t i = 0; i < 40; i++) {
        lanewalk_problem *one = passage(5 + (double)(i % 20), 10 + i, i), *two = NULL;
        lanewalk_result *plain = NULL, *shared = NULL;
        lanewalk_exact_values exact, again;
        OK(lanewalk_problem_clone(one, &two));
        OK(lanewalk_problem_recall(one));
        OK(lanewalk_exact(one, 0, &exact));
        OK(lanewalk_exact(two, 0, &again));
        CHECK(exact.mean == again.mean);
        OK(lanewalk_run(one, NULL, &shared));
        OK(lanewalk_run(two, NULL, &plain));
        bool equal = false;
        OK(lanewalk_result_equal(plain, shared, &equal));
        CHECK(equal);
        lanewalk_result_free(&plain), lanewalk_result_free(&shared);
        lanewalk_problem_free(&one), lanewalk_problem_free(&two);
    }
    lanewalk_problem *pi = NULL;
    OK(lanewalk_pi(10, &pi));
    OK(lanewalk_problem_recall(pi));
    lanewalk_problem_free(&pi);
}

int main(void) {
    values();
    settings();
    arrays();
    rods();
    streams();
    environment();
    messages();
    overlaps();
    numbers_of_controls();
    recalled();
    return 0;
}
