/// Rods, their evolution and steppers of lanewalk.hpp.
#ifndef LANEWALK_HEAT_HPP
#define LANEWALK_HEAT_HPP

#include <string>
#include <utility>
#include <vector>

#include "values.hpp"

namespace lanewalk {

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
        exec.check(lanewalk_evolution_error(handle_.get(), exec.get(), detail::text_of("name", name), &value));
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
    rod& method(const std::string& name) & { return set(lanewalk_rod_set_method, detail::text_of("method", name)); }
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
    const lanewalk_rod* get() const { return handle_.get(); }

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
        handle_ = handle(made);
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
    using handle = detail::handle<lanewalk_stepper, lanewalk_stepper_free>;
    exec exec_;
    handle handle_;
};

}  // namespace lanewalk

#endif
