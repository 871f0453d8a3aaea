/// The C++17 interface of lanewalk, on top of lanewalk.h. Header only: link the library lanewalk.
///
/// Objects own their handles, move, and copy only by clone(). Errors are exceptions of type lanewalk::error, and the
/// message and the argument are those of the C interface. What lanewalk.h says about units, determinism and threads
/// holds here too.
#ifndef LANEWALK_HPP
#define LANEWALK_HPP

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "lanewalk.h"

namespace lanewalk {

/// A call that failed.
class error : public std::runtime_error {
public:
    error(lanewalk_status status, const char* message, const char* argument)
        : std::runtime_error(message), status_(status), argument_(argument) {}
    /// The status of the C interface.
    lanewalk_status status() const noexcept { return status_; }
    /// The name of the invalid argument; empty if no argument was invalid.
    const char* argument() const noexcept { return argument_.what(); }

private:
    lanewalk_status status_;
    // A runtime_error, because copies of an exception must not throw, and a string may.
    std::runtime_error argument_;
};

/// An argument is outside its range, a name is unknown, or a size is wrong.
struct invalid_argument : error { using error::error; };
/// This build or this machine does not support the requested value.
struct unavailable : error { using error::error; };
/// The memory that the call needs cannot be allocated.
struct out_of_memory : error { using error::error; };
/// A control stopped the run.
struct stopped : error { using error::error; };
/// Two results do not merge.
struct merge_error : error { using error::error; };

namespace detail {

/// Throws the exception of a status.
inline void check(lanewalk_status status) {
    if (status == LANEWALK_STATUS_OK) return;
    const char* message = lanewalk_last_error_message();
    const char* argument = lanewalk_last_error_argument();
    message = message ? message : "the reason is not known";
    argument = argument ? argument : "";
    switch (status) {
    case LANEWALK_STATUS_INVALID_ARGUMENT: throw invalid_argument(status, message, argument);
    case LANEWALK_STATUS_UNAVAILABLE: throw unavailable(status, message, argument);
    case LANEWALK_STATUS_OUT_OF_MEMORY: throw out_of_memory(status, message, argument);
    case LANEWALK_STATUS_STOPPED: throw stopped(status, message, argument);
    case LANEWALK_STATUS_MERGE: throw merge_error(status, message, argument);
    default: throw error(status, message, argument);
    }
}

template <class T, void (*Free)(T**)>
struct deleter {
    void operator()(T* handle) const noexcept { Free(&handle); }
};

/// A handle that is freed with its owner.
template <class T, void (*Free)(T**)>
using handle = std::unique_ptr<T, deleter<T, Free>>;

/// The handle that a function of C writes to its last parameter.
template <class Handle, class Function, class... Arguments>
Handle make(Function function, Arguments... arguments) {
    typename Handle::pointer made = nullptr;
    check(function(arguments..., &made));
    return Handle(made);
}

/// The value that a function of C writes to its last parameter.
template <class Value, class Function, class... Arguments>
Value get(Function function, Arguments... arguments) {
    Value value{};
    check(function(arguments..., &value));
    return value;
}

/// The text that a function of C copies to a buffer.
template <class Function, class... Arguments>
std::string text(Function function, Arguments... arguments) {
    std::size_t length = 0;
    check(function(arguments..., nullptr, 0, &length));
    std::string text(length + 1, '\0');
    check(function(arguments..., &text[0], text.size(), nullptr));
    text.resize(length);
    return text;
}

inline std::optional<double> present(double number) {
    return std::isnan(number) ? std::nullopt : std::optional<double>(number);
}

/// The first exception of functions that C calls.
class pending {
public:
    void keep() noexcept {
        std::lock_guard<std::mutex> lock(mutex_);
        if (!exception_) exception_ = std::current_exception();
    }
    void rethrow() {
        std::unique_lock<std::mutex> lock(mutex_);
        if (std::exception_ptr found = std::exchange(exception_, nullptr)) {
            lock.unlock();
            std::rethrow_exception(found);
        }
    }

private:
    std::mutex mutex_;
    std::exception_ptr exception_;
};

/// A function that decides whether a run stops.
struct interrupt {
    std::function<bool()> should_stop;
    pending exceptions;
};

extern "C" inline bool lanewalk_hpp_interrupt(void* user) {
    auto* state = static_cast<interrupt*>(user);
    try {
        return state->should_stop();
    } catch (...) {
        state->exceptions.keep();
        return true;
    }
}

}  // namespace detail

/// An array of the caller: a pointer and a size, or a container with data() and size(), such as std::vector,
/// std::array or std::span.
template <class T>
class view {
public:
    view(T* data, std::size_t size) noexcept : data_(data), size_(size) {}
    template <class Container, class = decltype(static_cast<T*>(std::declval<Container&>().data()))>
    view(Container&& container) noexcept : data_(container.data()), size_(container.size()) {}
    template <std::size_t N>
    view(T (&array)[N]) noexcept : data_(array), size_(N) {}
    T* data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }

private:
    T* data_;
    std::size_t size_;
};

/// A whole number of 128 bits.
struct uint128 {
    std::uint64_t low = 0, high = 0;
    constexpr uint128() noexcept = default;
    constexpr uint128(lanewalk_u128 words) noexcept : low(words.low), high(words.high) {}
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 native;
    constexpr explicit operator native() const noexcept { return static_cast<native>(high) << 64 | low; }
#endif
    explicit operator double() const noexcept {
        return std::ldexp(static_cast<double>(high), 64) + static_cast<double>(low);
    }
    /// All digits.
    std::string to_string() const {
        std::array<std::uint64_t, 4> limbs = {high >> 32, high & 0xffffffff, low >> 32, low & 0xffffffff};
        std::string digits;
        do {
            std::uint64_t rest = 0;
            for (auto& limb : limbs) {
                rest = rest << 32 | limb;
                limb = rest / 10;
                rest %= 10;
            }
            digits.insert(digits.begin(), static_cast<char>('0' + rest));
        } while (limbs[0] != 0 || limbs[1] != 0 || limbs[2] != 0 || limbs[3] != 0);
        return digits;
    }
    friend constexpr bool operator==(uint128 one, uint128 two) noexcept {
        return one.low == two.low && one.high == two.high;
    }
    friend constexpr bool operator!=(uint128 one, uint128 two) noexcept { return !(one == two); }
};

/// The exact sums of the times of walks, in steps.
struct tally {
    std::uint64_t samples;
    uint128 total_steps, sum_squares;
    std::uint64_t longest, lower;
};

/// The exact sums of points of pi.
struct pi_tally {
    std::uint64_t points;
    uint128 sum, spread;
};

/// An estimate beside its exact value.
struct estimate {
    std::optional<double> value, std_error, interval_lower, interval_upper, exact, exact_relative_error, z;
    /// The reason why there is no z-score; empty if there is one.
    std::string missing_z;
};

/// The progress of runs, and ways to stop them. Functions may be called from any thread.
class control {
public:
    control() : handle_(detail::make<handle>(lanewalk_control_new, nullptr, nullptr)) {}
    /// Calls `should_stop` every few milliseconds on the thread that called the run, which stops when it returns true.
    /// An exception stops the run too, and leaves the call of the run.
    explicit control(std::function<bool()> should_stop) : interrupt_(std::make_shared<detail::interrupt>()) {
        interrupt_->should_stop = std::move(should_stop);
        handle_ = detail::make<handle>(lanewalk_control_new, detail::lanewalk_hpp_interrupt, interrupt_.get());
    }
    void stop() const { detail::check(lanewalk_control_stop(handle_.get())); }
    void reset() const { detail::check(lanewalk_control_reset(handle_.get())); }
    lanewalk_progress progress() const { return detail::get<lanewalk_progress>(lanewalk_control_progress, get()); }
    const lanewalk_control* get() const noexcept { return handle_.get(); }

private:
    friend class exec;
    using handle = detail::handle<lanewalk_control, lanewalk_control_free>;
    std::shared_ptr<detail::interrupt> interrupt_;
    handle handle_;
};

/// How to run: layer, instruction set, threads, pinning, control. Results never depend on it.
class exec {
public:
    exec() : handle_(detail::make<handle>(lanewalk_exec_new)) {}
    static exec from_environment() { return exec(detail::make<handle>(lanewalk_exec_from_environment), nullptr); }
    exec clone() const { return exec(detail::make<handle>(lanewalk_exec_clone, get()), interrupt_); }
    exec& layer(const std::string& name) & { return set(lanewalk_exec_set_layer, name.c_str()); }
    exec& isa(const std::string& name) & { return set(lanewalk_exec_set_isa, name.c_str()); }
    exec& threads(std::size_t count) & { return set(lanewalk_exec_set_threads, count); }
    exec& pin(const std::string& name) & { return set(lanewalk_exec_set_pin, name.c_str()); }
    exec& control(const lanewalk::control& control) & {
        set(lanewalk_exec_set_control, control.get());
        interrupt_ = control.interrupt_;
        return *this;
    }
    exec&& layer(const std::string& name) && { return std::move(layer(name)); }
    exec&& isa(const std::string& name) && { return std::move(isa(name)); }
    exec&& threads(std::size_t count) && { return std::move(threads(count)); }
    exec&& pin(const std::string& name) && { return std::move(pin(name)); }
    exec&& control(const lanewalk::control& control) && { return std::move(this->control(control)); }
    lanewalk_plan plan() const { return detail::get<lanewalk_plan>(lanewalk_exec_plan, get()); }
    const lanewalk_exec* get() const noexcept { return handle_.get(); }
    /// Throws the exception of a status, or the exception of the control's own function.
    void check(lanewalk_status status) const {
        if (status == LANEWALK_STATUS_STOPPED && interrupt_) interrupt_->exceptions.rethrow();
        detail::check(status);
    }

private:
    using handle = detail::handle<lanewalk_exec, lanewalk_exec_free>;
    exec(handle made, std::shared_ptr<detail::interrupt> interrupt)
        : interrupt_(std::move(interrupt)), handle_(std::move(made)) {}
    template <class Function, class Value>
    exec& set(Function function, Value value) {
        detail::check(function(handle_.get(), value));
        return *this;
    }
    std::shared_ptr<detail::interrupt> interrupt_;
    handle handle_;
};

/// The result of a run. First passages have one row for each distance; other results have one row.
class result {
public:
    using handle = detail::handle<lanewalk_result, lanewalk_result_free>;
    explicit result(handle made) : handle_(std::move(made)) {}
    static result from_json(const std::string& parts) {
        return result(detail::make<handle>(lanewalk_result_from_json, parts.c_str()));
    }
    result clone() const { return result(detail::make<handle>(lanewalk_result_clone, get())); }
    std::size_t rows() const { return detail::get<std::size_t>(lanewalk_result_rows, get()); }
    std::uint64_t seed() const { return detail::get<std::uint64_t>(lanewalk_result_seed, get()); }
    double distance(std::size_t row = 0) const { return detail::get<double>(lanewalk_result_distance, get(), row); }
    /// All walks of a row that ended at a boundary.
    lanewalk::tally tally(std::size_t row = 0) const { return tally_of(row, nullptr); }
    /// The walks of a first exit that ended at the side "lower" or "upper".
    lanewalk::tally tally_at(const std::string& side) const { return tally_of(0, side.c_str()); }
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
        const auto of = detail::get<lanewalk_estimate>(lanewalk_result_estimate, get(), row, name.c_str());
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
    const lanewalk_result* get() const noexcept { return handle_.get(); }

private:
    lanewalk::tally tally_of(std::size_t row, const char* side) const {
        const auto of = detail::get<lanewalk_tally>(lanewalk_result_tally, get(), row, side);
        return {of.samples, of.total_steps, of.sum_squares, of.longest, of.lower};
    }
    handle handle_;
};

namespace detail {

inline void check_sizes(std::size_t one, std::size_t two, const char* argument) {
    if (one == two) return;
    const std::string message = std::string(argument) + ": got " + std::to_string(two) + " entries, expected " +
                                std::to_string(one);
    throw invalid_argument(LANEWALK_STATUS_INVALID_ARGUMENT, message.c_str(), argument);
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
    problem& method(const std::string& name) & { return set(lanewalk_problem_set_method, name.c_str()); }
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
    const lanewalk_problem* get() const noexcept { return handle_.get(); }

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

/// The field of a rod after its steps.
class evolution {
public:
    using handle = detail::handle<lanewalk_evolution, lanewalk_evolution_free>;
    explicit evolution(handle made) : handle_(std::move(made)) {}
    lanewalk_grid grid() const { return values_of<lanewalk_grid>(); }
    lanewalk_field_values values() const {
        return detail::get<lanewalk_field_values>(lanewalk_evolution_values, handle_.get(), nullptr);
    }
    void field(view<double> into) const {
        detail::check(lanewalk_evolution_field(handle_.get(), into.data(), into.size()));
    }
    std::vector<double> field() const {
        std::vector<double> values(grid().points);
        field(values);
        return values;
    }
    /// The largest difference to a known field: "sine", "rounding" or "continuum" (NaN if it is not known).
    double error(const std::string& name, const exec& exec = {}) const {
        double value = 0;
        exec.check(lanewalk_evolution_error(handle_.get(), exec.get(), name.c_str(), &value));
        return value;
    }
    std::string digest() const { return detail::text(lanewalk_evolution_digest, handle_.get()); }

private:
    template <class Value>
    Value values_of() const {
        Value value{};
        detail::check(lanewalk_evolution_values(handle_.get(), &value, nullptr));
        return value;
    }
    handle handle_;
};

/// A rod that follows the heat equation.
class rod {
public:
    explicit rod(std::size_t points) : handle_(detail::make<handle>(lanewalk_heat, points)) {}
    rod& time_step(double time_step) & { return set(lanewalk_rod_set_time_step, time_step); }
    rod& steps(std::uint64_t steps) & { return set(lanewalk_rod_set_steps, steps); }
    rod& mode(std::uint64_t mode) & { return set(lanewalk_rod_set_mode, mode); }
    rod& start(view<const double> values) & { return set(lanewalk_rod_set_start, values.data(), values.size()); }
    rod& method(const std::string& name) & { return set(lanewalk_rod_set_method, name.c_str()); }
    rod& domains(std::size_t domains, std::size_t halo) & { return set(lanewalk_rod_set_domains, domains, halo); }
    rod&& time_step(double value) && { return std::move(time_step(value)); }
    rod&& steps(std::uint64_t value) && { return std::move(steps(value)); }
    rod&& mode(std::uint64_t value) && { return std::move(mode(value)); }
    rod&& start(view<const double> values) && { return std::move(start(values)); }
    rod&& method(const std::string& name) && { return std::move(method(name)); }
    rod&& domains(std::size_t count, std::size_t halo) && { return std::move(domains(count, halo)); }
    /// The discretisation of a valid rod.
    lanewalk_grid grid() const { return detail::get<lanewalk_grid>(lanewalk_rod_check, get()); }
    lanewalk::evolution evolve(const exec& exec = {}) const {
        lanewalk_evolution* made = nullptr;
        exec.check(lanewalk_evolve(get(), exec.get(), &made));
        return lanewalk::evolution(lanewalk::evolution::handle(made));
    }
    /// Takes all steps and writes the field to the caller's array.
    void evolve(view<double> field, const exec& exec = {}) const {
        exec.check(lanewalk_evolve_field(get(), exec.get(), field.data(), field.size()));
    }
    const lanewalk_rod* get() const noexcept { return handle_.get(); }

private:
    using handle = detail::handle<lanewalk_rod, lanewalk_rod_free>;
    template <class Function, class... Values>
    rod& set(Function function, Values... values) {
        detail::check(function(handle_.get(), values...));
        return *this;
    }
    handle handle_;
};

/// A rod that is advanced in parts, and read and written in between.
class stepper {
public:
    explicit stepper(const rod& rod, exec exec = {}) : exec_(std::move(exec)) {
        lanewalk_stepper* made = nullptr;
        exec_.check(lanewalk_stepper_new(rod.get(), exec_.get(), &made));
        handle_.reset(made);
    }
    void advance(std::uint64_t steps) { exec_.check(lanewalk_stepper_advance(handle_.get(), steps)); }
    std::uint64_t steps() const { return detail::get<std::uint64_t>(lanewalk_stepper_steps, handle_.get()); }
    void field(view<double> into) const {
        exec_.check(lanewalk_stepper_field(handle_.get(), into.data(), into.size()));
    }
    void set_field(view<const double> field) {
        detail::check(lanewalk_stepper_set_field(handle_.get(), field.data(), field.size()));
    }

private:
    exec exec_;
    detail::handle<lanewalk_stepper, lanewalk_stepper_free> handle_;
};

/// The base of a family of streams.
inline std::uint64_t base(std::uint64_t seed, const std::string& label) {
    return detail::get<std::uint64_t>(lanewalk_base, seed, label.c_str());
}

/// A stream of random numbers: a uniform random bit generator for the distributions of <random>.
class stream {
public:
    using result_type = std::uint64_t;
    stream(std::uint64_t seed, const std::string& label, std::uint64_t index)
        : handle_(detail::make<handle>(lanewalk_stream_new, seed, label.c_str(), index)) {}
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return UINT64_MAX; }
    result_type operator()() {
        result_type draw = 0;
        detail::check(lanewalk_stream_draw(handle_.get(), &draw, 1));
        return draw;
    }
    void draw(view<std::uint64_t> draws) {
        detail::check(lanewalk_stream_draw(handle_.get(), draws.data(), draws.size()));
    }

private:
    using handle = detail::handle<lanewalk_stream, lanewalk_stream_free>;
    handle handle_;
};

/// The version of the library that is running.
inline std::string version() { return lanewalk_version(); }

/// The names of the instruction sets of this machine, the narrowest first.
inline std::vector<std::string> isas() {
    std::vector<std::string> names;
    const char* name = nullptr;
    while (lanewalk_isa_name(names.size(), &name) == LANEWALK_STATUS_OK) names.emplace_back(name);
    return names;
}

}  // namespace lanewalk

#endif
