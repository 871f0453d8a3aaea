// Shards, errors, controls and callbacks of the C++ interface.
#include <iostream>
#include <limits>
#include <numeric>
#include <random>
#include <thread>
#if __cplusplus >= 202002L
#include <span>
#endif

#include "check.hpp"

static_assert(std::is_nothrow_move_constructible_v<lanewalk::problem>);
static_assert(!std::is_copy_constructible_v<lanewalk::problem>);
static_assert(std::is_nothrow_copy_constructible_v<lanewalk::error>);

static void shards() {
    auto walk = lanewalk::first_passage({10, 20}).method("wald").seed(3);
    const auto shard = [&](std::uint64_t first, std::uint64_t end) { return walk.clone().walkers(first, end).run(); };
    auto merged = lanewalk::result::from_json(shard(600, 1000).to_json());
    merged.merge(shard(0, 100)).merge(shard(100, 600));
    const auto whole = walk.samples(1000).run();
    CHECK(merged == whole && merged.digest() == whole.digest() && merged.seed() == 3);
    CHECK(whole.rows() == 2 && whole.distance(1) == 20 && merged.clone() == whole && merged != shard(0, 10));
    THROWS(lanewalk::merge_error, "", merged.merge(shard(5, 6)));
    THROWS(lanewalk::merge_error, "", merged.merge(lanewalk::pi(5).run()));
}

static void numbers() {
    using lanewalk::uint128;
    CHECK(uint128().to_string() == "0" && uint128({UINT64_MAX, 0}).to_string() == "18446744073709551615");
    const uint128 most = lanewalk_u128{UINT64_MAX, UINT64_MAX};
    CHECK(most.to_string() == "340282366920938463463374607431768211455");
    CHECK(static_cast<double>(most) == std::ldexp(1, 128));
    const auto few = lanewalk::first_passage(10).samples(1).run().estimate("mean");
    CHECK(few.value == 571 && !few.z && !few.std_error && !few.missing_z.empty());
    const auto many = lanewalk::first_passage(10).samples(1000).run().estimate("mean");
    CHECK(many.z && std::fabs(*many.z) < 5 && many.missing_z.empty());
    const auto exit = lanewalk::first_exit(-3, 5).horizon(20).run();
    CHECK(exit.tally_at("lower").samples + exit.tally_at("upper").samples + exit.censored() == exit.samples());
    const auto problem = lanewalk::first_passage(5);
    const std::uint64_t steps[] = {10, 100};
    std::array<double, 2> exact{}, counted{};
    problem.exact_survival(steps, exact);
    problem.clone().samples(50000).run_times().survival(steps, counted);
    CHECK(std::fabs(exact[0] - counted[0]) < 0.02 && std::fabs(exact[1] - counted[1]) < 0.02);
    CHECK(problem.exact_quantile(0.5) > 10 && problem.exact().mean > 80);
    CHECK(lanewalk::rod(51).evolve().error("sine") < 1e-12 && lanewalk::rod(51).grid().steps == 3166);
    CHECK(!lanewalk::isas().empty() && lanewalk::version() == "0.1.0");
}

static void refusals() {
    const double bad = std::numeric_limits<double>::quiet_NaN();
    THROWS(lanewalk::invalid_argument, "distances", lanewalk::first_passage(bad).run());
    THROWS(lanewalk::invalid_argument, "distances", lanewalk::first_passage({}).run());
    THROWS(lanewalk::invalid_argument, "upper", lanewalk::first_exit(-1, bad).check());
    THROWS(lanewalk::invalid_argument, "samples", lanewalk::first_passage(1).samples(-1).run());
    THROWS(lanewalk::invalid_argument, "method", lanewalk::pi(10).method("wald"));
    THROWS(lanewalk::invalid_argument, "samples", lanewalk::pi(10).samples(5));
    THROWS(lanewalk::invalid_argument, "row", lanewalk::pi(10).run().estimate("pi", 1));
    THROWS(lanewalk::invalid_argument, "name", lanewalk::pi(10).run().estimate("mean"));
    THROWS(lanewalk::invalid_argument, "threads", lanewalk::exec().threads(0));
    THROWS(lanewalk::invalid_argument, "isa", lanewalk::exec().isa("none"));
    THROWS(lanewalk::invalid_argument, "label", lanewalk::stream(1, "too long a label", 0));
    std::vector<std::uint64_t> times(5, 9);
    THROWS(lanewalk::invalid_argument, "times", (lanewalk::first_passage(1).samples(4).each(times), 0));
    CHECK(times == std::vector<std::uint64_t>(5, 9));
    std::array<double, 3> probabilities{9, 9, 9};
    THROWS(lanewalk::invalid_argument, "probabilities",
           (lanewalk::first_passage(1).exact_survival(times, probabilities), 0));
    CHECK(probabilities[0] == 9);
}

/// Objects that were moved from, and texts that C would end too early.
static void moved_and_cut() {
    auto problem = lanewalk::first_passage(1);
    const auto other = std::move(problem);
    THROWS(lanewalk::invalid_argument, "problem", problem.run());
    THROWS(lanewalk::invalid_argument, "problem", problem.seed(3));
    THROWS(lanewalk::invalid_argument, "problem", problem.clone());
    problem = other.clone();
    auto result = problem.run();
    auto kept = std::move(result);
    THROWS(lanewalk::invalid_argument, "result", result.digest());
    THROWS(lanewalk::invalid_argument, "result", result == kept);
    THROWS(lanewalk::invalid_argument, "result", kept.merge(result));
    lanewalk::exec exec;
    const auto owner = std::move(exec);
    THROWS(lanewalk::invalid_argument, "exec", problem.run(exec));
    THROWS(lanewalk::invalid_argument, "exec", exec.threads(1));
    THROWS(lanewalk::invalid_argument, "exec", exec.plan());
    lanewalk::control control;
    const auto keeper = std::move(control);
    THROWS(lanewalk::invalid_argument, "control", control.progress());
    lanewalk::exec fresh;
    THROWS(lanewalk::invalid_argument, "control", fresh.control(control));
    lanewalk::rod rod(9);
    auto evolution = rod.evolve();
    const auto last = std::move(evolution);
    THROWS(lanewalk::invalid_argument, "evolution", evolution.digest());
    lanewalk::stepper stepper(rod);
    const auto stepping = std::move(stepper);
    THROWS(lanewalk::invalid_argument, "stepper", stepper.steps());
    const auto bar = std::move(rod);
    THROWS(lanewalk::invalid_argument, "rod", rod.grid());
    THROWS(lanewalk::invalid_argument, "rod", lanewalk::stepper(rod).steps());
    // A stream is a value: copies draw on their own.
    lanewalk::stream stream(1, "walk", 0);
    auto copy = stream;
    CHECK(stream() == copy() && stream() == copy());

    using std::string;
    THROWS(lanewalk::invalid_argument, "method", problem.method(string("plain\0x", 7)));
    THROWS(lanewalk::invalid_argument, "layer", fresh.layer(string("simd\0", 5)));
    THROWS(lanewalk::invalid_argument, "isa", fresh.isa(string("wide\0", 5)));
    THROWS(lanewalk::invalid_argument, "pin", fresh.pin(string("none\0", 5)));
    THROWS(lanewalk::invalid_argument, "label", lanewalk::base(1, string("walk\0", 5)));
    THROWS(lanewalk::invalid_argument, "label", lanewalk::stream(1, string("a\0b", 3), 0));
    THROWS(lanewalk::invalid_argument, "name", kept.estimate(string("mean\0", 5)));
    THROWS(lanewalk::invalid_argument, "side", lanewalk::first_exit(-1, 1).run().tally_at(string("lower\0", 6)));
    THROWS(lanewalk::invalid_argument, "parts", lanewalk::result::from_json(kept.to_json() + string(1, '\0')));
    THROWS(lanewalk::invalid_argument, "name", last.error(string("sine\0", 5)));
    THROWS(lanewalk::invalid_argument, "method", lanewalk::rod(9).method(string("stepping\0", 9)));
    THROWS(lanewalk::invalid_argument, "method", problem.method("\xff\xfe"));
}

static void controls() {
    const auto endless = lanewalk::first_passage(150).samples(std::uint64_t(1) << 40);
    for (const std::size_t threads : {1, 3}) {
        const lanewalk::control control;
        const auto exec = lanewalk::exec().threads(threads).control(control);
        std::thread stopper([&] {
            while (control.progress().done == 0) std::this_thread::yield();
            control.stop();
        });
        THROWS(lanewalk::stopped, "", endless.run(exec));
        stopper.join();
        control.reset();
        CHECK(lanewalk::first_passage(10).run(exec).tally().total_steps.low == 93166);

        // A function that stops the run, and one that throws. The execution outlives its control.
        int calls = 0;
        auto counting = lanewalk::exec().threads(threads);
        counting.control(lanewalk::control([&] { return ++calls >= 2; }));
        THROWS(lanewalk::stopped, "", endless.run(counting));
        CHECK(calls >= 2);
        const lanewalk::control thrower([]() -> bool { throw std::domain_error("mine"); });
        const auto throwing = lanewalk::exec().threads(threads).control(thrower);
        bool caught = false;
        try {
            endless.run(throwing);
        } catch (const std::domain_error& error) {
            caught = std::string(error.what()) == "mine";
        }
        CHECK(caught);
    }
    std::vector<std::uint64_t> order;
    const auto summary =
        lanewalk::pi_batches(10, 1000).run_batches([&](std::uint64_t batch, const lanewalk::pi_tally&) {
            order.push_back(batch);
        });
    std::vector<std::uint64_t> expected(10);
    std::iota(expected.begin(), expected.end(), 0);
    CHECK(order == expected && summary.batches().batches == 10);
    CHECK(summary.pi_tally().sum == lanewalk::pi(10000).run().pi_tally().sum);
    bool caught = false;
    try {
        lanewalk::pi_batches(10, 1000).run_batches([](std::uint64_t, const lanewalk::pi_tally&) { throw 7; });
    } catch (int number) {
        caught = number == 7;
    }
    CHECK(caught);
}

static void containers() {
    std::vector<double> field(51);
    lanewalk::rod(51).evolve(field);
    const auto digest = lanewalk::rod(51).evolve().field();
    CHECK(field == digest);
    double plain[51];
    lanewalk::rod(51).evolve(plain);
    CHECK(plain[25] == field[25]);
#if __cplusplus >= 202002L
    lanewalk::rod(51).start(std::span<const double>(field)).evolve(std::span<double>(plain));
    CHECK(plain[25] < field[25]);
#endif
    lanewalk::stream stream(1, "mine", 0);
    const double number = std::uniform_real_distribution<double>(2, 3)(stream);
    CHECK(number >= 2 && number < 3);
}

int main() try {
    shards();
    numbers();
    refusals();
    moved_and_cut();
    controls();
    containers();
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
