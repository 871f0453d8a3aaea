// The known answers, which independent programs computed, through the C++ interface: known FOLDER.
#include <cstring>
#include <iostream>

#include "check.hpp"

static void walks(const std::string& folder) {
    for (const auto& row : read_table(folder + "/walk.csv")) {
        const auto problem =
            lanewalk::first_passage(real(row.at("y"))).samples(whole(row.at("samples"))).seed(whole(row.at("seed")));
        const auto tally = problem.run().tally();
        CHECK(tally.samples == whole(row.at("samples")));
        CHECK(tally.total_steps.to_string() == row.at("total_steps"));
        CHECK(tally.sum_squares.to_string() == row.at("sum_squares"));
        CHECK(tally.longest == whole(row.at("longest")) && tally.lower == whole(row.at("crossed_lower")));
    }
}

static lanewalk::problem problem_of(const row& row) {
    const auto& kind = row.at("kind");
    const auto lower = real(row.at("lower")), upper = real(row.at("upper"));
    const auto horizon = whole(row.at("horizon"));
    const std::size_t dimensions = whole(row.at("dimensions"));
    if (kind == "up") return lanewalk::first_exit_upper(upper, horizon);
    if (kind == "down") return lanewalk::first_exit_lower(lower, horizon);
    if (kind == "sign") return lanewalk::first_return_sign(horizon);
    if (kind == "round") return lanewalk::first_return_ball(dimensions, upper, horizon);
    if (kind == "lattice") return lanewalk::first_return_lattice(dimensions, horizon);
    CHECK(kind == "between" || kind == "ball" || kind == "cube");
    auto problem = kind == "between" ? lanewalk::first_exit(lower, upper)
                   : kind == "ball"  ? lanewalk::in_ball(dimensions, upper)
                                     : lanewalk::in_cube(dimensions, upper);
    if (horizon > 0) problem.horizon(horizon);
    return problem;
}

static void problems(const std::string& folder) {
    for (const auto& row : read_table(folder + "/problems.csv")) {
        auto problem = problem_of(row).samples(whole(row.at("samples"))).seed(whole(row.at("seed")));
        if (!row.at("start").empty()) problem.start(real(row.at("start")));
        const auto result = problem.run();
        const auto tally = result.tally();
        CHECK(tally.samples == whole(row.at("ended")) && tally.lower == whole(row.at("ended_lower")));
        CHECK(tally.total_steps.to_string() == row.at("total_steps"));
        CHECK(tally.sum_squares.to_string() == row.at("sum_squares"));
        CHECK(tally.longest == whole(row.at("longest")) && result.censored() == whole(row.at("censored")));

        std::vector<std::uint64_t> times(result.samples());
        std::vector<std::int64_t> positions(times.size() * problem.coordinates());
        problem.each(times, positions);
        std::uint64_t sum = 0, weight = 1;
        for (std::size_t walker = 0; walker < times.size(); walker++, weight += 2) {
            sum += weight * (times[walker] == LANEWALK_CENSORED ? 0 : times[walker]);
            for (std::size_t i = 0; i < problem.coordinates(); i++) {
                weight += 2;
                sum += weight * static_cast<std::uint64_t>(positions[walker * problem.coordinates() + i]);
            }
        }
        CHECK(sum == std::stoull(row.at("checksum"), nullptr, 16));
    }
}

static void pi(const std::string& folder) {
    for (const auto& row : read_table(folder + "/pi.csv")) {
        const auto tally = lanewalk::pi(whole(row.at("points")))
                               .method(row.at("method"))
                               .seed(whole(row.at("seed")))
                               .run()
                               .pi_tally();
        CHECK(tally.sum.to_string() == row.at("sum") && tally.spread.to_string() == row.at("spread"));
    }
}

static void heat(const std::string& folder) {
    for (const auto& row : read_table(folder + "/heat.csv")) {
        const auto rod = lanewalk::rod(whole(row.at("points"))).steps(whole(row.at("steps")));
        std::vector<double> field(whole(row.at("points")));
        lanewalk::stepper stepper(rod);
        stepper.advance(whole(row.at("steps")));
        stepper.field(field);
        CHECK(rod.evolve().field() == field);
        std::uint64_t sum = 0, weight = 1, bits = 0;
        for (const double& value : field) {
            std::memcpy(&bits, &value, sizeof bits);
            sum += weight * bits;
            weight += 2;
        }
        CHECK(sum == std::stoull(row.at("sum"), nullptr, 16));
    }
}

static void streams(const std::string& folder) {
    for (const auto& row : read_table(folder + "/streams.csv")) {
        const auto seed = whole(row.at("seed"));
        CHECK(lanewalk::base(seed, row.at("label")) == whole(row.at("base")));
        lanewalk::stream stream(seed, row.at("label"), whole(row.at("index")));
        for (const char* name : {"first", "second", "third"}) CHECK(stream() == whole(row.at(name)));
    }
}

int main(int count, char** arguments) try {
    CHECK(count == 2);
    walks(arguments[1]);
    problems(arguments[1]);
    pi(arguments[1]);
    heat(arguments[1]);
    streams(arguments[1]);
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
