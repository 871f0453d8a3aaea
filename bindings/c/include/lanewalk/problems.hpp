/// Problems, runs and results of lanewalk.hpp.
#ifndef LANEWALK_PROBLEMS_HPP
#define LANEWALK_PROBLEMS_HPP

#include <functional>
#include <initializer_list>
#include <string>
#include <utility>

#include "values.hpp"

namespace lanewalk {

/// The result of a run. First passages have one row for each distance; other results have one row.
class result {
public:
    using handle = detail::handle<lanewalk_result, lanewalk_result_free>;
    explicit result(handle made) : handle_(std::move(made)) {}
    static result from_json(const std::string& parts) {
        return result(detail::make<handle>(lanewalk_result_from_json, detail::text_of("parts", parts)));
    }
    result clone() const { return result(detail::make<handle>(lanewalk_result_clone, get())); }
    std::size_t rows() const { return detail::get<std::size_t>(lanewalk_result_rows, get()); }
    std::uint64_t seed() const { return detail::get<std::uint64_t>(lanewalk_result_seed, get()); }
    double distance(std::size_t row = 0) const { return detail::get<double>(lanewalk_result_distance, get(), row); }
    /// All walks of a row that ended at a boundary.
    lanewalk::tally tally(std::size_t row = 0) const { return tally_of(row, nullptr); }
    /// The walks of a first exit that ended at the side "lower" or "upper".
    lanewalk::tally tally_at(const std::string& side) const { return tally_of(0, detail::text_of("side", side)); }
    std::uint64_t samples(std::size_t row = 0) const {
        std::uint64_t samples = 0;
        detail::check(lanewalk_result_walks(get(), row, &samples, nullptr));
        return samples;
    }
    std::uint64_t censored(std::size_t row = 0) const {
        return detail::get<std::uint64_t>(lanewalk_result_walks, get(), row, nullptr);
    }
    lanewalk::pi_tally pi_tally() const {
        const auto of = detail::get<lanewalk_pi_tally>(lanewalk_result_pi_tally, get());
        return {of.points, of.sum, of.spread};
    }
    lanewalk_batch_sums batches() const { return detail::get<lanewalk_batch_sums>(lanewalk_result_batches, get()); }
    /// An estimate by its name in lanewalk.h, such as "mean", "probability_lower" or "pi".
    lanewalk::estimate estimate(const std::string& name, std::size_t row = 0) const {
        const auto of = detail::get<lanewalk_estimate>(lanewalk_result_estimate, get(), row, detail::text_of("name", name));
        using detail::present;
        return {present(of.value), present(of.std_error), present(of.interval_lower), present(of.interval_upper),
                present(of.exact), present(of.exact_relative_error), present(of.z), of.missing_z};
    }
    /// The share of walks with T above each number of steps, for results of run_times.
    void survival(view<const std::uint64_t> steps, view<double> probabilities) const;
    lanewalk_quantile quantile(double q) const {
        return detail::get<lanewalk_quantile>(lanewalk_result_quantile, get(), q);
    }
    std::string digest() const { return detail::text(lanewalk_result_digest, get()); }
    std::string to_json() const { return detail::text(lanewalk_result_to_json, get()); }
    result& merge(const result& other) {
        detail::check(lanewalk_result_merge(handle_.get(), other.get()));
        return *this;
    }
    friend bool operator==(const result& one, const result& two) {
        return detail::get<bool>(lanewalk_result_equal, one.get(), two.get());
    }
    friend bool operator!=(const result& one, const result& two) { return !(one == two); }
    const lanewalk_result* get() const { return handle_.get(); }

private:
    lanewalk::tally tally_of(std::size_t row, const char* side) const {
        const auto of = detail::get<lanewalk_tally>(lanewalk_result_tally, get(), row, side);
        return {of.samples, of.total_steps, of.sum_squares, of.longest, of.lower};
    }
    handle handle_;
};

namespace detail {

inline void check_sizes(std::size_t one, std::size_t two, const char* argument) {
    if (one != two) refuse(argument, "got " + std::to_string(two) + " values, expected " + std::to_string(one));
}

}  // namespace detail

inline void result::survival(view<const std::uint64_t> steps, view<double> probabilities) const {
    detail::check_sizes(steps.size(), probabilities.size(), "probabilities");
    detail::check(lanewalk_result_survival(get(), steps.data(), probabilities.data(), steps.size()));
}

/// What to compute. Settings chain: lanewalk::first_passage({10, 20}).samples(300).seed(1).run().
class problem {
public:
    using handle = detail::handle<lanewalk_problem, lanewalk_problem_free>;
    explicit problem(handle made) : handle_(std::move(made)) {}
    problem clone() const { return problem(detail::make<handle>(lanewalk_problem_clone, get())); }
    problem& seed(std::uint64_t seed) & { return set(lanewalk_problem_set_seed, seed); }
    problem& samples(std::uint64_t samples) & { return set(lanewalk_problem_set_samples, samples); }
    problem& walkers(std::uint64_t first, std::uint64_t end) & { return set(lanewalk_problem_set_walkers, first, end); }
    problem& shard(std::uint64_t first, std::uint64_t end) & { return set(lanewalk_problem_set_shard, first, end); }
    problem& method(const std::string& name) & { return set(lanewalk_problem_set_method, detail::text_of("method", name)); }
    problem& independent(bool independent = true) & { return set(lanewalk_problem_set_independent, independent); }
    problem& start(double start) & { return set(lanewalk_problem_set_start, start); }
    problem& horizon(std::uint64_t horizon) & { return set(lanewalk_problem_set_horizon, horizon); }
    problem& chunk(std::uint64_t chunk) & { return set(lanewalk_problem_set_chunk, chunk); }
    problem& unordered(bool unordered = true) & { return set(lanewalk_problem_set_unordered, unordered); }
    problem&& seed(std::uint64_t value) && { return std::move(seed(value)); }
    problem&& samples(std::uint64_t value) && { return std::move(samples(value)); }
    problem&& walkers(std::uint64_t first, std::uint64_t end) && { return std::move(walkers(first, end)); }
    problem&& shard(std::uint64_t first, std::uint64_t end) && { return std::move(shard(first, end)); }
    problem&& method(const std::string& name) && { return std::move(method(name)); }
    problem&& independent(bool value = true) && { return std::move(independent(value)); }
    problem&& start(double value) && { return std::move(start(value)); }
    problem&& horizon(std::uint64_t value) && { return std::move(horizon(value)); }
    problem&& chunk(std::uint64_t value) && { return std::move(chunk(value)); }
    problem&& unordered(bool value = true) && { return std::move(unordered(value)); }

    void check() const { detail::check(lanewalk_problem_check(get())); }
    std::size_t coordinates() const { return detail::get<std::size_t>(lanewalk_problem_coordinates, get()); }

    result run(const exec& exec = {}) const { return run_by(lanewalk_run, exec); }
    /// Counts all times, for survival() and quantile().
    result run_times(const exec& exec = {}) const { return run_by(lanewalk_run_times, exec); }
    /// Reports each batch of pi. An exception of `each` leaves this call, after the run; `each` is not called again.
    result run_batches(const std::function<void(std::uint64_t, const lanewalk::pi_tally&)>& each,
                       const exec& exec = {}) const;
    /// Writes the time of each walker, and its end position in units of 2^-31 if `positions` is given.
    void each(view<std::uint64_t> times, const exec& exec = {}) const {
        exec.check(lanewalk_walk_each(get(), exec.get(), times.data(), times.size(), nullptr, 0));
    }
    void each(view<std::uint64_t> times, view<std::int64_t> positions, const exec& exec = {}) const {
        exec.check(lanewalk_walk_each(get(), exec.get(), times.data(), times.size(), positions.data(),
                                      positions.size()));
    }
    /// Computes the exact values, which a control can stop.
    void solve(const exec& exec = {}) const { exec.check(lanewalk_solve(get(), exec.get())); }
    /// The exact values without a sample. A value that is not known is NaN.
    lanewalk_exact_values exact(std::size_t row = 0) const {
        return detail::get<lanewalk_exact_values>(lanewalk_exact, get(), row);
    }
    void exact_survival(view<const std::uint64_t> steps, view<double> probabilities) const {
        detail::check_sizes(steps.size(), probabilities.size(), "probabilities");
        detail::check(lanewalk_exact_survival(get(), steps.data(), probabilities.data(), steps.size()));
    }
    std::uint64_t exact_quantile(double q) const {
        return detail::get<std::uint64_t>(lanewalk_exact_quantile, get(), q);
    }
    const lanewalk_problem* get() const { return handle_.get(); }

private:
    template <class Function, class... Values>
    problem& set(Function function, Values... values) {
        detail::check(function(handle_.get(), values...));
        return *this;
    }
    template <class Function>
    result run_by(Function function, const exec& exec) const {
        lanewalk_result* made = nullptr;
        exec.check(function(get(), exec.get(), &made));
        return result(result::handle(made));
    }
    handle handle_;
};

namespace detail {

struct each_batch {
    const std::function<void(std::uint64_t, const pi_tally&)>& each;
    bool failed = false;
    pending exceptions;
};

extern "C" inline void lanewalk_hpp_each_batch(std::uint64_t batch, const lanewalk_pi_tally* of, void* user) {
    auto* state = static_cast<each_batch*>(user);
    if (state->failed) return;
    try {
        state->each(batch, {of->points, of->sum, of->spread});
    } catch (...) {
        state->failed = true;
        state->exceptions.keep();
    }
}

template <class Function, class... Arguments>
problem new_problem(Function function, Arguments... arguments) {
    return problem(make<problem::handle>(function, arguments...));
}

}  // namespace detail

inline result problem::run_batches(const std::function<void(std::uint64_t, const lanewalk::pi_tally&)>& each,
                                   const exec& exec) const {
    detail::each_batch state{each, false, {}};
    lanewalk_result* made = nullptr;
    const auto status = lanewalk_run_batches(get(), exec.get(), detail::lanewalk_hpp_each_batch, &state, &made);
    result::handle owned(made);
    state.exceptions.rethrow();
    exec.check(status);
    return result(std::move(owned));
}

/// Walks from 0 to each of these distances.
inline problem first_passage(view<const double> distances) {
    return detail::new_problem(lanewalk_first_passage, distances.data(), distances.size());
}
inline problem first_passage(std::initializer_list<double> distances) {
    return detail::new_problem(lanewalk_first_passage, distances.begin(), distances.size());
}
/// Walks from 0 to one distance.
inline problem first_passage(double distance) { return first_passage({distance}); }
/// Walks to one of two barriers.
inline problem first_exit(double lower, double upper) {
    return detail::new_problem(lanewalk_first_exit, lower, upper);
}
inline problem first_exit_upper(double upper, std::uint64_t horizon) {
    return detail::new_problem(lanewalk_first_exit_upper, upper, horizon);
}
inline problem first_exit_lower(double lower, std::uint64_t horizon) {
    return detail::new_problem(lanewalk_first_exit_lower, lower, horizon);
}
/// Walks in space, until they leave a ball or a cube.
inline problem in_ball(std::size_t dimensions, double radius) {
    return detail::new_problem(lanewalk_in_ball, dimensions, radius);
}
inline problem in_cube(std::size_t dimensions, double radius) {
    return detail::new_problem(lanewalk_in_cube, dimensions, radius);
}
/// Walks until a change of sign, or until they return to a ball or to the origin of a lattice.
inline problem first_return_sign(std::uint64_t horizon) {
    return detail::new_problem(lanewalk_first_return_sign, horizon);
}
inline problem first_return_ball(std::size_t dimensions, double radius, std::uint64_t horizon) {
    return detail::new_problem(lanewalk_first_return_ball, dimensions, radius, horizon);
}
inline problem first_return_lattice(std::size_t dimensions, std::uint64_t horizon) {
    return detail::new_problem(lanewalk_first_return_lattice, dimensions, horizon);
}
/// Monte Carlo pi.
inline problem pi(std::uint64_t points) { return detail::new_problem(lanewalk_pi, points); }
inline problem pi_batches(std::uint64_t batches, std::uint64_t batch_points) {
    return detail::new_problem(lanewalk_pi_batches, batches, batch_points);
}

}  // namespace lanewalk

#endif
