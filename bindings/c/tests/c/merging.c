/* Results that are cut into shards, stored as text, read and merged, are those of the whole run. */
#include "check.h"

static char *json_of(const lanewalk_result *result) {
    size_t length, again;
    OK(lanewalk_result_to_json(result, NULL, 0, &length));
    char *json = malloc(length + 1);
    CHECK(json != NULL);
    OK(lanewalk_result_to_json(result, json, length + 1, &again));
    CHECK(length == again && strlen(json) == length);
    return json;
}

static int equal(const lanewalk_result *one, const lanewalk_result *two) {
    bool equal;
    OK(lanewalk_result_equal(one, two, &equal));
    return equal;
}

typedef lanewalk_status (*run_function)(const lanewalk_problem *, const lanewalk_exec *, lanewalk_result **);
typedef lanewalk_status (*cut_function)(lanewalk_problem *, uint64_t first, uint64_t end);

/* Cuts a problem with `end` walkers or points into three shards and merges them in another order. */
static void check(lanewalk_problem *problem, run_function run, cut_function cut, uint64_t end) {
    const uint64_t ends[] = {0, end / 5, end / 5 * 3, end};
    lanewalk_result *whole = NULL, *merged = NULL, *copy = NULL;
    char *json[3];
    OK(cut(problem, 0, end));
    OK(run(problem, NULL, &whole));
    for (int i = 0; i < 3; i++) {
        lanewalk_problem *shard = NULL;
        lanewalk_result *result = NULL;
        OK(lanewalk_problem_clone(problem, &shard));
        OK(cut(shard, ends[i], ends[i + 1]));
        OK(run(shard, NULL, &result));
        CHECK(!equal(result, whole));
        json[i] = json_of(result);
        lanewalk_result_free(&result);
        lanewalk_problem_free(&shard);
    }
    const int order[] = {2, 0, 1};
    OK(lanewalk_result_from_json(json[order[0]], &merged));
    for (int i = 1; i < 3; i++) {
        lanewalk_result *more = NULL;
        OK(lanewalk_result_from_json(json[order[i]], &more));
        OK(lanewalk_result_merge(merged, more));
        /* What is there already is refused, and nothing changes. */
        OK(lanewalk_result_clone(merged, &copy));
        FAILS(lanewalk_result_merge(merged, more), LANEWALK_STATUS_MERGE, NULL);
        CHECK(equal(merged, copy));
        lanewalk_result_free(&copy);
        lanewalk_result_free(&more);
    }
    CHECK(equal(merged, whole));
    CHECK(strcmp(digest_of(merged).text, digest_of(whole).text) == 0);
    char *texts[] = {json_of(merged), json_of(whole)};
    CHECK(strcmp(texts[0], texts[1]) == 0);
    free(texts[0]);
    free(texts[1]);
    FAILS(lanewalk_result_merge(merged, merged), LANEWALK_STATUS_MERGE, NULL);

    /* Another seed does not merge. */
    lanewalk_result *other = NULL;
    OK(lanewalk_problem_set_seed(problem, 99));
    OK(run(problem, NULL, &other));
    FAILS(lanewalk_result_merge(merged, other), LANEWALK_STATUS_MERGE, NULL);
    uint64_t seed;
    OK(lanewalk_result_seed(other, &seed));
    CHECK(seed == 99);
    lanewalk_result_free(&other);
    for (int i = 0; i < 3; i++) free(json[i]);
    lanewalk_result_free(&whole);
    lanewalk_result_free(&merged);
    lanewalk_problem_free(&problem);
}

static void walks(lanewalk_problem *problem) { check(problem, lanewalk_run, lanewalk_problem_set_walkers, 1000); }

static void each_batch(uint64_t batch, const lanewalk_pi_tally *tally, void *user) {
    uint64_t *sums = user;
    CHECK(batch == sums[0] && tally->points == 5000);
    sums[0]++;
    sums[1] += tally->sum.low;
}

static void batches(void) {
    uint64_t sums[2] = {0, 0};
    lanewalk_problem *problem = NULL, *plain = NULL;
    lanewalk_result *result = NULL, *whole = NULL;
    lanewalk_pi_tally tally, expected;
    lanewalk_batch_sums over_batches;
    OK(lanewalk_pi_batches(20, 5000, &problem));
    OK(lanewalk_problem_set_chunk(problem, 3));
    OK(lanewalk_run_batches(problem, NULL, each_batch, sums, &result));
    OK(lanewalk_result_pi_tally(result, &tally));
    OK(lanewalk_result_batches(result, &over_batches));
    /* All batches together are the plain run. */
    OK(lanewalk_pi(100000, &plain));
    OK(lanewalk_run(plain, NULL, &whole));
    OK(lanewalk_result_pi_tally(whole, &expected));
    CHECK(sums[0] == 20 && sums[1] == tally.sum.low && tally.sum.low == expected.sum.low);
    CHECK(over_batches.batches == 20 && over_batches.sum_squares_low.low > 0 && over_batches.sum_squares_high.low == 0);
    char *json = json_of(result);
    lanewalk_result *read = NULL;
    OK(lanewalk_result_from_json(json, &read));
    CHECK(equal(read, result) && !equal(read, whole));
    FAILS(lanewalk_result_merge(read, whole), LANEWALK_STATUS_MERGE, NULL);
    free(json);
    lanewalk_result_free(&read);
    lanewalk_result_free(&whole);
    lanewalk_result_free(&result);
    lanewalk_problem_free(&plain);
    lanewalk_problem_free(&problem);
}

int main(void) {
    const double distances[] = {10, 3.5, 20};
    lanewalk_problem *problem = NULL;
    const char *methods[] = {"plain", "nested", "wald"};
    for (int i = 0; i < 3; i++) {
        OK(lanewalk_first_passage(distances, 3, &problem));
        OK(lanewalk_problem_set_method(problem, methods[i]));
        walks(problem);
    }
    OK(lanewalk_first_passage(distances, 3, &problem));
    OK(lanewalk_problem_set_independent(problem, true));
    walks(problem);
    OK(lanewalk_first_exit(-5, 8, &problem));
    OK(lanewalk_problem_set_start(problem, 1.25));
    walks(problem);
    OK(lanewalk_first_exit_upper(4, 100, &problem));
    walks(problem);
    OK(lanewalk_in_ball(3, 5, &problem));
    walks(problem);
    OK(lanewalk_in_cube(2, 5, &problem));
    OK(lanewalk_problem_set_horizon(problem, 40));
    walks(problem);
    OK(lanewalk_first_return_lattice(3, 100, &problem));
    walks(problem);
    check(passage(7, 1, 3), lanewalk_run_times, lanewalk_problem_set_walkers, 1000);
    const char *pi_methods[] = {"plain", "antithetic", "stratified", "conditional"};
    for (int i = 0; i < 4; i++) {
        OK(lanewalk_pi(250000, &problem));
        OK(lanewalk_problem_set_method(problem, pi_methods[i]));
        check(problem, lanewalk_run, lanewalk_problem_set_shard, 250000);
    }
    batches();

    /* Text that holds no result. */
    const char *broken[] = {"", "[]", "{}", "[{}]", "nonsense", "[{\"kind\":\"other\",\"problem\":{},\"seed\":\"1\","
                            "\"ranges\":[],\"sums\":{}}]"};
    lanewalk_result *result = NULL;
    for (int i = 0; i < 6; i++) REFUSED(lanewalk_result_from_json(broken[i], &result), "parts");
    const char *nan = "[{\"kind\":\"first passage\",\"problem\":{\"distance\":\"NaN\",\"independent\":\"false\","
                      "\"method\":\"plain\"},\"seed\":\"1\",\"ranges\":[\"0..1\"],\"sums\":{}}]";
    REFUSED(lanewalk_result_from_json(nan, &result), "parts");
    CHECK(result == NULL);
    return 0;
}
