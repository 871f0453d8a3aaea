/* Every row of the known answers, which independent programs computed: known FOLDER [short].
 *
 * All layers, instruction sets and one and three threads; with "short" the defaults alone, and no row of many steps. */
#include "table.h"

static const char *folder;
static int rows;

/* The largest number of steps of a row. */
static uint64_t max_steps = UINT64_MAX;

static void walks(const lanewalk_exec *exec) {
    table t;
    table_open(&t, folder, "walk.csv");
    while (table_next(&t)) {
        if (table_whole(&t, "total_steps") > max_steps) continue;
        lanewalk_problem *problem = passage(table_real(&t, "y"), table_whole(&t, "samples"), table_whole(&t, "seed"));
        lanewalk_result *result = NULL;
        lanewalk_tally tally;
        OK(lanewalk_run(problem, exec, &result));
        OK(lanewalk_result_tally(result, 0, NULL, &tally));
        ROW_EQUAL(&t, tally.samples, table_whole(&t, "samples"));
        ROW_EQUAL_WIDE(&t, tally.total_steps, table_whole(&t, "total_steps"));
        ROW_EQUAL_WIDE(&t, tally.sum_squares, table_whole(&t, "sum_squares"));
        ROW_EQUAL(&t, tally.longest, table_whole(&t, "longest"));
        ROW_EQUAL(&t, tally.lower, table_whole(&t, "crossed_lower"));
        lanewalk_result_free(&result);
        lanewalk_problem_free(&problem);
        rows++;
    }
}

static lanewalk_problem *problem_of(const table *t) {
    lanewalk_problem *problem = NULL;
    const char *kind = table_text(t, "kind");
    size_t dimensions = table_whole(t, "dimensions");
    double lower = table_real(t, "lower"), upper = table_real(t, "upper");
    uint64_t horizon = table_whole(t, "horizon");
    int endless = 1;
    if (strcmp(kind, "between") == 0) OK(lanewalk_first_exit(lower, upper, &problem));
    else if (strcmp(kind, "ball") == 0) OK(lanewalk_in_ball(dimensions, upper, &problem));
    else if (strcmp(kind, "cube") == 0) OK(lanewalk_in_cube(dimensions, upper, &problem));
    else {
        endless = 0;
        if (strcmp(kind, "up") == 0) OK(lanewalk_first_exit_upper(upper, horizon, &problem));
        else if (strcmp(kind, "down") == 0) OK(lanewalk_first_exit_lower(lower, horizon, &problem));
        else if (strcmp(kind, "sign") == 0) OK(lanewalk_first_return_sign(horizon, &problem));
        else if (strcmp(kind, "round") == 0) OK(lanewalk_first_return_ball(dimensions, upper, horizon, &problem));
        else if (strcmp(kind, "lattice") == 0) OK(lanewalk_first_return_lattice(dimensions, horizon, &problem));
        else FAIL("unknown kind %s", kind);
    }
    if (endless && table_has(t, "horizon")) OK(lanewalk_problem_set_horizon(problem, horizon));
    if (table_has(t, "start")) OK(lanewalk_problem_set_start(problem, table_real(t, "start")));
    OK(lanewalk_problem_set_samples(problem, table_whole(t, "samples")));
    OK(lanewalk_problem_set_seed(problem, table_whole(t, "seed")));
    return problem;
}

static void problems(const lanewalk_exec *exec) {
    table t;
    table_open(&t, folder, "problems.csv");
    while (table_next(&t)) {
        lanewalk_problem *problem = problem_of(&t);
        lanewalk_result *result = NULL;
        lanewalk_tally tally;
        uint64_t samples, censored;
        OK(lanewalk_run(problem, exec, &result));
        OK(lanewalk_result_tally(result, 0, NULL, &tally));
        OK(lanewalk_result_walks(result, 0, &samples, &censored));
        ROW_EQUAL(&t, tally.samples, table_whole(&t, "ended"));
        ROW_EQUAL_WIDE(&t, tally.total_steps, table_whole(&t, "total_steps"));
        ROW_EQUAL_WIDE(&t, tally.sum_squares, table_whole(&t, "sum_squares"));
        ROW_EQUAL(&t, tally.longest, table_whole(&t, "longest"));
        ROW_EQUAL(&t, tally.lower, table_whole(&t, "ended_lower"));
        ROW_EQUAL(&t, censored, table_whole(&t, "censored"));
        ROW_EQUAL(&t, samples, table_whole(&t, "samples"));

        /* The checksum weights the time and the coordinates of each walker. */
        size_t coordinates;
        OK(lanewalk_problem_coordinates(problem, &coordinates));
        uint64_t *times = malloc(samples * sizeof *times);
        int64_t *positions = malloc((samples * coordinates + 1) * sizeof *positions);
        CHECK(times != NULL && positions != NULL);
        OK(lanewalk_walk_each(problem, exec, times, samples, positions, samples * coordinates));
        uint64_t sum = 0, weight = 1;
        for (size_t walker = 0; walker < samples; walker++, weight += 2) {
            /* The independent programs write 0 for a walk that the horizon ended. */
            sum += weight * (times[walker] == LANEWALK_CENSORED ? 0 : times[walker]);
            for (size_t i = 0; i < coordinates; i++) {
                weight += 2;
                sum += weight * (uint64_t)positions[walker * coordinates + i];
            }
        }
        ROW_EQUAL(&t, sum, table_hexadecimal(&t, "checksum"));
        free(times);
        free(positions);
        lanewalk_result_free(&result);
        lanewalk_problem_free(&problem);
        rows++;
    }
}

static void pi(const lanewalk_exec *exec) {
    table t;
    table_open(&t, folder, "pi.csv");
    while (table_next(&t)) {
        lanewalk_problem *problem = NULL;
        lanewalk_result *result = NULL;
        lanewalk_pi_tally tally;
        OK(lanewalk_pi(table_whole(&t, "points"), &problem));
        OK(lanewalk_problem_set_method(problem, table_text(&t, "method")));
        OK(lanewalk_problem_set_seed(problem, table_whole(&t, "seed")));
        OK(lanewalk_run(problem, exec, &result));
        OK(lanewalk_result_pi_tally(result, &tally));
        ROW_EQUAL_WIDE(&t, tally.sum, table_whole(&t, "sum"));
        ROW_EQUAL_WIDE(&t, tally.spread, table_whole(&t, "spread"));
        lanewalk_result_free(&result);
        lanewalk_problem_free(&problem);
        rows++;
    }
}

static uint64_t bits(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void check_field(const table *t, const double *field, size_t points) {
    uint64_t sum = 0;
    for (size_t i = 0; i < points; i++) sum += (2 * i + 1) * bits(field[i]);
    ROW_EQUAL(t, sum, table_hexadecimal(t, "sum"));
    ROW_EQUAL(t, bits(field[points / 2]), table_hexadecimal(t, "middle"));
}

static void heat(const lanewalk_exec *exec) {
    table t;
    table_open(&t, folder, "heat.csv");
    while (table_next(&t)) {
        size_t points = table_whole(&t, "points");
        uint64_t steps = table_whole(&t, "steps"), taken;
        double *field = malloc(points * sizeof *field);
        lanewalk_rod *rod = NULL;
        lanewalk_stepper *stepper = NULL;
        lanewalk_evolution *evolution = NULL;
        CHECK(field != NULL);
        OK(lanewalk_heat(points, &rod));
        OK(lanewalk_rod_set_steps(rod, steps));
        OK(lanewalk_evolve_field(rod, exec, field, points));
        check_field(&t, field, points);
        OK(lanewalk_evolve(rod, exec, &evolution));
        memset(field, 0, points * sizeof *field);
        OK(lanewalk_evolution_field(evolution, field, points));
        check_field(&t, field, points);
        /* The same in two parts, and through the caller's array in between. */
        OK(lanewalk_stepper_new(rod, exec, &stepper));
        OK(lanewalk_stepper_advance(stepper, steps / 3));
        OK(lanewalk_stepper_field(stepper, field, points));
        OK(lanewalk_stepper_set_field(stepper, field, points));
        OK(lanewalk_stepper_advance(stepper, steps - steps / 3));
        OK(lanewalk_stepper_steps(stepper, &taken));
        OK(lanewalk_stepper_field(stepper, field, points));
        ROW_EQUAL(&t, taken, steps);
        check_field(&t, field, points);
        lanewalk_stepper_free(&stepper);
        lanewalk_evolution_free(&evolution);
        lanewalk_rod_free(&rod);
        free(field);
        rows++;
    }
}

static void streams(void) {
    table t;
    table_open(&t, folder, "streams.csv");
    while (table_next(&t)) {
        uint64_t seed = table_whole(&t, "seed"), base, draws[3];
        const char *label = table_text(&t, "label");
        lanewalk_stream stream;
        OK(lanewalk_base(seed, label, &base));
        ROW_EQUAL(&t, base, table_whole(&t, "base"));
        OK(lanewalk_stream_new(seed, label, table_whole(&t, "index"), &stream));
        OK(lanewalk_stream_draw(&stream, draws, 1));
        OK(lanewalk_stream_draw(&stream, draws + 1, 2));
        ROW_EQUAL(&t, draws[0], table_whole(&t, "first"));
        ROW_EQUAL(&t, draws[1], table_whole(&t, "second"));
        ROW_EQUAL(&t, draws[2], table_whole(&t, "third"));
        rows++;
    }
    table_open(&t, folder, "independent.csv");
    while (table_next(&t)) {
        uint64_t keys[2], derived;
        size_t count = 0;
        if (table_has(&t, "dimensions")) keys[count++] = table_whole(&t, "dimensions");
        if (table_has(&t, "distance")) OK(lanewalk_distance_key(table_real(&t, "distance"), &keys[count++]));
        OK(lanewalk_independent_seed(table_whole(&t, "seed"), keys, count, &derived));
        ROW_EQUAL(&t, derived, table_whole(&t, "derived_seed"));
        rows++;
    }
}

static void all(const lanewalk_exec *exec) {
    walks(exec);
    problems(exec);
    pi(exec);
    heat(exec);
}

int main(int count, char **arguments) {
    CHECK(count >= 2);
    folder = arguments[1];
    if (count > 2) {
        max_steps = 2000000;
    } else {
        for (size_t threads = 1; threads <= 3; threads += 2) {
            lanewalk_exec *exec = NULL;
            OK(lanewalk_exec_new(&exec));
            OK(lanewalk_exec_set_threads(exec, threads));
            OK(lanewalk_exec_set_layer(exec, "scalar"));
            all(exec);
            OK(lanewalk_exec_set_layer(exec, "interchanged"));
            all(exec);
            OK(lanewalk_exec_set_layer(exec, "simd"));
            const char *isa;
            for (size_t index = 0; lanewalk_isa_name(index, &isa) == LANEWALK_STATUS_OK; index++) {
                OK(lanewalk_exec_set_isa(exec, isa));
                all(exec);
            }
            lanewalk_exec_free(&exec);
        }
    }
    all(NULL);
    streams();
    printf("%d rows of known answers\n", rows);
    return 0;
}
