/// Errors, plain values, controls and executions of lanewalk.hpp.
#ifndef LANEWALK_VALUES_HPP
#define LANEWALK_VALUES_HPP

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "../lanewalk.h"

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

/// Throws the exception of an argument that only C++ can check.
[[noreturn]] inline void refuse(const char* argument, const std::string& reason) {
    check(lanewalk_refuse(argument, reason.c_str()));
    std::terminate();
}

/// The names of classes, for messages.
constexpr const char* name_of(const lanewalk_control*) { return "control"; }
constexpr const char* name_of(const lanewalk_evolution*) { return "evolution"; }
constexpr const char* name_of(const lanewalk_exec*) { return "exec"; }
constexpr const char* name_of(const lanewalk_problem*) { return "problem"; }
constexpr const char* name_of(const lanewalk_result*) { return "result"; }
constexpr const char* name_of(const lanewalk_rod*) { return "rod"; }
constexpr const char* name_of(const lanewalk_stepper*) { return "stepper"; }

/// A handle that is freed with its owner.
template <class T, void (*Free)(T**)>
class handle {
public:
    using pointer = T*;
    explicit handle(T* made = nullptr) noexcept : pointer_(made) {}
    T* get() const {
        if (!pointer_) refuse(name_of(pointer_.get()), "it was moved from; assign a new object before you use it");
        return pointer_.get();
    }

private:
    struct deleter {
        void operator()(T* made) const noexcept { Free(&made); }
    };
    std::unique_ptr<T, deleter> pointer_;
};

/// The handle that a function of C writes to its last parameter.
template <class Handle, class Function, class... Arguments>
Handle make(Function function, Arguments... arguments) {
    typename Handle::pointer made = nullptr;
    check(function(arguments..., &made));
    return Handle(made);
}

/// A text for C, which ends at the first zero byte.
inline const char* text_of(const char* argument, const std::string& text) {
    if (text.find('\0') != std::string::npos) refuse(argument, "the text has a zero byte, expected none");
    return text.c_str();
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
    const lanewalk_control* get() const { return handle_.get(); }

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
    exec& layer(const std::string& name) & { return set(lanewalk_exec_set_layer, detail::text_of("layer", name)); }
    exec& isa(const std::string& name) & { return set(lanewalk_exec_set_isa, detail::text_of("isa", name)); }
    exec& threads(std::size_t count) & { return set(lanewalk_exec_set_threads, count); }
    exec& pin(const std::string& name) & { return set(lanewalk_exec_set_pin, detail::text_of("pin", name)); }
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
    const lanewalk_exec* get() const { return handle_.get(); }
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

}  // namespace lanewalk

#endif
