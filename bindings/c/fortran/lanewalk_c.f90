! The functions of lanewalk.h. This file is made by fortran/interfaces.py and compared by a test.
module lanewalk_c
    use, intrinsic :: iso_c_binding
    implicit none
    interface
        function lanewalk_last_error_message() result(returned) bind(C)
            import :: c_ptr
            type(c_ptr) :: returned
        end function lanewalk_last_error_message
        function lanewalk_last_error_argument() result(returned) bind(C)
            import :: c_ptr
            type(c_ptr) :: returned
        end function lanewalk_last_error_argument
        function lanewalk_refuse(argument, reason) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: argument, reason
            integer(c_int) :: returned
        end function lanewalk_refuse
        function lanewalk_abi() result(returned) bind(C)
            import :: c_int32_t
            integer(c_int32_t) :: returned
        end function lanewalk_abi
        function lanewalk_version() result(returned) bind(C)
            import :: c_ptr
            type(c_ptr) :: returned
        end function lanewalk_version
        function lanewalk_isa_name(index, name) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            integer(c_size_t), value :: index
            type(c_ptr), value :: name
            integer(c_int) :: returned
        end function lanewalk_isa_name
        function lanewalk_machine_detect(machine) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: machine
            integer(c_int) :: returned
        end function lanewalk_machine_detect
        function lanewalk_machine_cpu(buffer, size, length) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: buffer, length
            integer(c_size_t), value :: size
            integer(c_int) :: returned
        end function lanewalk_machine_cpu
        function lanewalk_control_new(interrupt, user, control) result(returned) bind(C)
            import :: c_funptr, c_int, c_ptr
            type(c_funptr), value :: interrupt
            type(c_ptr), value :: user
            type(c_ptr), intent(inout) :: control
            integer(c_int) :: returned
        end function lanewalk_control_new
        function lanewalk_control_stop(control) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: control
            integer(c_int) :: returned
        end function lanewalk_control_stop
        function lanewalk_control_reset(control) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: control
            integer(c_int) :: returned
        end function lanewalk_control_reset
        function lanewalk_control_progress(control, progress) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: control, progress
            integer(c_int) :: returned
        end function lanewalk_control_progress
        subroutine lanewalk_control_free(control) bind(C)
            import :: c_ptr
            type(c_ptr), intent(inout) :: control
        end subroutine lanewalk_control_free
        function lanewalk_control_register(control, id) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: control, id
            integer(c_int) :: returned
        end function lanewalk_control_register
        function lanewalk_control_find(id, control) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr
            integer(c_int64_t), value :: id
            type(c_ptr), intent(inout) :: control
            integer(c_int) :: returned
        end function lanewalk_control_find
        function lanewalk_control_release(id) result(returned) bind(C)
            import :: c_int, c_int64_t
            integer(c_int64_t), value :: id
            integer(c_int) :: returned
        end function lanewalk_control_release
        function lanewalk_exec_new(exec) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), intent(inout) :: exec
            integer(c_int) :: returned
        end function lanewalk_exec_new
        function lanewalk_exec_from_environment(exec) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), intent(inout) :: exec
            integer(c_int) :: returned
        end function lanewalk_exec_from_environment
        function lanewalk_exec_set_layer(exec, layer) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: exec, layer
            integer(c_int) :: returned
        end function lanewalk_exec_set_layer
        function lanewalk_exec_set_isa(exec, isa) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: exec, isa
            integer(c_int) :: returned
        end function lanewalk_exec_set_isa
        function lanewalk_exec_set_threads(exec, threads) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: exec
            integer(c_size_t), value :: threads
            integer(c_int) :: returned
        end function lanewalk_exec_set_threads
        function lanewalk_exec_set_pin(exec, pin) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: exec, pin
            integer(c_int) :: returned
        end function lanewalk_exec_set_pin
        function lanewalk_exec_set_control(exec, control) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: exec, control
            integer(c_int) :: returned
        end function lanewalk_exec_set_control
        function lanewalk_exec_plan(exec, plan) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: exec, plan
            integer(c_int) :: returned
        end function lanewalk_exec_plan
        function lanewalk_exec_clone(exec, copy) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: exec
            type(c_ptr), intent(inout) :: copy
            integer(c_int) :: returned
        end function lanewalk_exec_clone
        subroutine lanewalk_exec_free(exec) bind(C)
            import :: c_ptr
            type(c_ptr), intent(inout) :: exec
        end subroutine lanewalk_exec_free
        function lanewalk_first_passage(distances, count, problem) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: distances
            integer(c_size_t), value :: count
            type(c_ptr), intent(inout) :: problem
            integer(c_int) :: returned
        end function lanewalk_first_passage
        function lanewalk_first_exit(lower, upper, problem) result(returned) bind(C)
            import :: c_double, c_int, c_ptr
            real(c_double), value :: lower, upper
            type(c_ptr), intent(inout) :: problem
            integer(c_int) :: returned
        end function lanewalk_first_exit
        function lanewalk_first_exit_upper(upper, horizon, problem) result(returned) bind(C)
            import :: c_double, c_int, c_int64_t, c_ptr
            real(c_double), value :: upper
            integer(c_int64_t), value :: horizon
            type(c_ptr), intent(inout) :: problem
            integer(c_int) :: returned
        end function lanewalk_first_exit_upper
        function lanewalk_first_exit_lower(lower, horizon, problem) result(returned) bind(C)
            import :: c_double, c_int, c_int64_t, c_ptr
            real(c_double), value :: lower
            integer(c_int64_t), value :: horizon
            type(c_ptr), intent(inout) :: problem
            integer(c_int) :: returned
        end function lanewalk_first_exit_lower
        function lanewalk_in_ball(dimensions, radius, problem) result(returned) bind(C)
            import :: c_double, c_int, c_ptr, c_size_t
            integer(c_size_t), value :: dimensions
            real(c_double), value :: radius
            type(c_ptr), intent(inout) :: problem
            integer(c_int) :: returned
        end function lanewalk_in_ball
        function lanewalk_in_cube(dimensions, radius, problem) result(returned) bind(C)
            import :: c_double, c_int, c_ptr, c_size_t
            integer(c_size_t), value :: dimensions
            real(c_double), value :: radius
            type(c_ptr), intent(inout) :: problem
            integer(c_int) :: returned
        end function lanewalk_in_cube
        function lanewalk_first_return_sign(horizon, problem) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr
            integer(c_int64_t), value :: horizon
            type(c_ptr), intent(inout) :: problem
            integer(c_int) :: returned
        end function lanewalk_first_return_sign
        function lanewalk_first_return_ball( &
            dimensions, radius, horizon, problem) result(returned) bind(C)
            import :: c_double, c_int, c_int64_t, c_ptr, c_size_t
            integer(c_size_t), value :: dimensions
            real(c_double), value :: radius
            integer(c_int64_t), value :: horizon
            type(c_ptr), intent(inout) :: problem
            integer(c_int) :: returned
        end function lanewalk_first_return_ball
        function lanewalk_first_return_lattice( &
            dimensions, horizon, problem) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr, c_size_t
            integer(c_size_t), value :: dimensions
            integer(c_int64_t), value :: horizon
            type(c_ptr), intent(inout) :: problem
            integer(c_int) :: returned
        end function lanewalk_first_return_lattice
        function lanewalk_pi(points, problem) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr
            integer(c_int64_t), value :: points
            type(c_ptr), intent(inout) :: problem
            integer(c_int) :: returned
        end function lanewalk_pi
        function lanewalk_pi_batches(batches, batch_points, problem) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr
            integer(c_int64_t), value :: batches, batch_points
            type(c_ptr), intent(inout) :: problem
            integer(c_int) :: returned
        end function lanewalk_pi_batches
        function lanewalk_problem_set_seed(problem, seed) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr
            type(c_ptr), value :: problem
            integer(c_int64_t), value :: seed
            integer(c_int) :: returned
        end function lanewalk_problem_set_seed
        function lanewalk_problem_set_samples(problem, samples) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr
            type(c_ptr), value :: problem
            integer(c_int64_t), value :: samples
            integer(c_int) :: returned
        end function lanewalk_problem_set_samples
        function lanewalk_problem_set_walkers(problem, first, end) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr
            type(c_ptr), value :: problem
            integer(c_int64_t), value :: first, end
            integer(c_int) :: returned
        end function lanewalk_problem_set_walkers
        function lanewalk_problem_recall(problem) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: problem
            integer(c_int) :: returned
        end function lanewalk_problem_recall
        function lanewalk_problem_set_shard(problem, first, end) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr
            type(c_ptr), value :: problem
            integer(c_int64_t), value :: first, end
            integer(c_int) :: returned
        end function lanewalk_problem_set_shard
        function lanewalk_problem_set_method(problem, method) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: problem, method
            integer(c_int) :: returned
        end function lanewalk_problem_set_method
        function lanewalk_problem_set_independent(problem, independent) result(returned) bind(C)
            import :: c_bool, c_int, c_ptr
            type(c_ptr), value :: problem
            logical(c_bool), value :: independent
            integer(c_int) :: returned
        end function lanewalk_problem_set_independent
        function lanewalk_problem_set_start(problem, start) result(returned) bind(C)
            import :: c_double, c_int, c_ptr
            type(c_ptr), value :: problem
            real(c_double), value :: start
            integer(c_int) :: returned
        end function lanewalk_problem_set_start
        function lanewalk_problem_set_horizon(problem, horizon) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr
            type(c_ptr), value :: problem
            integer(c_int64_t), value :: horizon
            integer(c_int) :: returned
        end function lanewalk_problem_set_horizon
        function lanewalk_problem_set_chunk(problem, chunk) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr
            type(c_ptr), value :: problem
            integer(c_int64_t), value :: chunk
            integer(c_int) :: returned
        end function lanewalk_problem_set_chunk
        function lanewalk_problem_set_unordered(problem, unordered) result(returned) bind(C)
            import :: c_bool, c_int, c_ptr
            type(c_ptr), value :: problem
            logical(c_bool), value :: unordered
            integer(c_int) :: returned
        end function lanewalk_problem_set_unordered
        function lanewalk_problem_check(problem) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: problem
            integer(c_int) :: returned
        end function lanewalk_problem_check
        function lanewalk_problem_coordinates(problem, coordinates) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: problem, coordinates
            integer(c_int) :: returned
        end function lanewalk_problem_coordinates
        function lanewalk_problem_clone(problem, copy) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: problem
            type(c_ptr), intent(inout) :: copy
            integer(c_int) :: returned
        end function lanewalk_problem_clone
        subroutine lanewalk_problem_free(problem) bind(C)
            import :: c_ptr
            type(c_ptr), intent(inout) :: problem
        end subroutine lanewalk_problem_free
        function lanewalk_result_rows(result, rows) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: result, rows
            integer(c_int) :: returned
        end function lanewalk_result_rows
        function lanewalk_result_seed(result, seed) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: result, seed
            integer(c_int) :: returned
        end function lanewalk_result_seed
        function lanewalk_result_distance(result, row, distance) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: result, distance
            integer(c_size_t), value :: row
            integer(c_int) :: returned
        end function lanewalk_result_distance
        function lanewalk_result_tally(result, row, side, tally) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: result, side, tally
            integer(c_size_t), value :: row
            integer(c_int) :: returned
        end function lanewalk_result_tally
        function lanewalk_result_walks(result, row, samples, censored) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: result, samples, censored
            integer(c_size_t), value :: row
            integer(c_int) :: returned
        end function lanewalk_result_walks
        function lanewalk_result_pi_tally(result, tally) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: result, tally
            integer(c_int) :: returned
        end function lanewalk_result_pi_tally
        function lanewalk_result_batches(result, sums) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: result, sums
            integer(c_int) :: returned
        end function lanewalk_result_batches
        function lanewalk_result_digest(result, buffer, size, length) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: result, buffer, length
            integer(c_size_t), value :: size
            integer(c_int) :: returned
        end function lanewalk_result_digest
        function lanewalk_result_merge(result, other) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: result, other
            integer(c_int) :: returned
        end function lanewalk_result_merge
        function lanewalk_result_equal(result, other, equal) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: result, other, equal
            integer(c_int) :: returned
        end function lanewalk_result_equal
        function lanewalk_result_clone(result, copy) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: result
            type(c_ptr), intent(inout) :: copy
            integer(c_int) :: returned
        end function lanewalk_result_clone
        subroutine lanewalk_result_free(result) bind(C)
            import :: c_ptr
            type(c_ptr), intent(inout) :: result
        end subroutine lanewalk_result_free
        function lanewalk_result_estimate(result, row, name, estimate) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: result, name, estimate
            integer(c_size_t), value :: row
            integer(c_int) :: returned
        end function lanewalk_result_estimate
        function lanewalk_run(problem, exec, result) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: problem, exec
            type(c_ptr), intent(inout) :: result
            integer(c_int) :: returned
        end function lanewalk_run
        function lanewalk_run_batches(problem, exec, each, user, result) result(returned) bind(C)
            import :: c_funptr, c_int, c_ptr
            type(c_ptr), value :: problem, exec, user
            type(c_funptr), value :: each
            type(c_ptr), intent(inout) :: result
            integer(c_int) :: returned
        end function lanewalk_run_batches
        function lanewalk_run_times(problem, exec, result) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: problem, exec
            type(c_ptr), intent(inout) :: result
            integer(c_int) :: returned
        end function lanewalk_run_times
        function lanewalk_walk_each( &
            problem, exec, times, times_size, positions, positions_size) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: problem, exec, times, positions
            integer(c_size_t), value :: times_size, positions_size
            integer(c_int) :: returned
        end function lanewalk_walk_each
        function lanewalk_solve(problem, exec) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: problem, exec
            integer(c_int) :: returned
        end function lanewalk_solve
        function lanewalk_exact(problem, row, values) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: problem, values
            integer(c_size_t), value :: row
            integer(c_int) :: returned
        end function lanewalk_exact
        function lanewalk_result_survival( &
            result, steps, probabilities, count) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: result, steps, probabilities
            integer(c_size_t), value :: count
            integer(c_int) :: returned
        end function lanewalk_result_survival
        function lanewalk_result_quantile(result, q, quantile) result(returned) bind(C)
            import :: c_double, c_int, c_ptr
            type(c_ptr), value :: result, quantile
            real(c_double), value :: q
            integer(c_int) :: returned
        end function lanewalk_result_quantile
        function lanewalk_exact_survival( &
            problem, steps, probabilities, count) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: problem, steps, probabilities
            integer(c_size_t), value :: count
            integer(c_int) :: returned
        end function lanewalk_exact_survival
        function lanewalk_exact_quantile(problem, q, steps) result(returned) bind(C)
            import :: c_double, c_int, c_ptr
            type(c_ptr), value :: problem, steps
            real(c_double), value :: q
            integer(c_int) :: returned
        end function lanewalk_exact_quantile
        function lanewalk_result_to_json(result, buffer, size, length) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: result, buffer, length
            integer(c_size_t), value :: size
            integer(c_int) :: returned
        end function lanewalk_result_to_json
        function lanewalk_result_from_json(parts, result) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: parts
            type(c_ptr), intent(inout) :: result
            integer(c_int) :: returned
        end function lanewalk_result_from_json
        function lanewalk_heat(points, rod) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            integer(c_size_t), value :: points
            type(c_ptr), intent(inout) :: rod
            integer(c_int) :: returned
        end function lanewalk_heat
        function lanewalk_rod_set_time_step(rod, time_step) result(returned) bind(C)
            import :: c_double, c_int, c_ptr
            type(c_ptr), value :: rod
            real(c_double), value :: time_step
            integer(c_int) :: returned
        end function lanewalk_rod_set_time_step
        function lanewalk_rod_set_steps(rod, steps) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr
            type(c_ptr), value :: rod
            integer(c_int64_t), value :: steps
            integer(c_int) :: returned
        end function lanewalk_rod_set_steps
        function lanewalk_rod_set_mode(rod, mode) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr
            type(c_ptr), value :: rod
            integer(c_int64_t), value :: mode
            integer(c_int) :: returned
        end function lanewalk_rod_set_mode
        function lanewalk_rod_set_start(rod, start, count) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: rod, start
            integer(c_size_t), value :: count
            integer(c_int) :: returned
        end function lanewalk_rod_set_start
        function lanewalk_rod_set_method(rod, method) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: rod, method
            integer(c_int) :: returned
        end function lanewalk_rod_set_method
        function lanewalk_rod_set_domains(rod, domains, halo) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: rod
            integer(c_size_t), value :: domains, halo
            integer(c_int) :: returned
        end function lanewalk_rod_set_domains
        function lanewalk_rod_check(rod, grid) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: rod, grid
            integer(c_int) :: returned
        end function lanewalk_rod_check
        function lanewalk_rod_clone(rod, copy) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: rod
            type(c_ptr), intent(inout) :: copy
            integer(c_int) :: returned
        end function lanewalk_rod_clone
        subroutine lanewalk_rod_free(rod) bind(C)
            import :: c_ptr
            type(c_ptr), intent(inout) :: rod
        end subroutine lanewalk_rod_free
        function lanewalk_evolve(rod, exec, evolution) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: rod, exec
            type(c_ptr), intent(inout) :: evolution
            integer(c_int) :: returned
        end function lanewalk_evolve
        function lanewalk_evolve_field(rod, exec, field, size) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: rod, exec, field
            integer(c_size_t), value :: size
            integer(c_int) :: returned
        end function lanewalk_evolve_field
        function lanewalk_evolution_field(evolution, field, size) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: evolution, field
            integer(c_size_t), value :: size
            integer(c_int) :: returned
        end function lanewalk_evolution_field
        function lanewalk_evolution_values(evolution, grid, values) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: evolution, grid, values
            integer(c_int) :: returned
        end function lanewalk_evolution_values
        function lanewalk_evolution_error(evolution, exec, name, value) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: evolution, exec, name, value
            integer(c_int) :: returned
        end function lanewalk_evolution_error
        function lanewalk_evolution_digest(evolution, buffer, size, length) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: evolution, buffer, length
            integer(c_size_t), value :: size
            integer(c_int) :: returned
        end function lanewalk_evolution_digest
        subroutine lanewalk_evolution_free(evolution) bind(C)
            import :: c_ptr
            type(c_ptr), intent(inout) :: evolution
        end subroutine lanewalk_evolution_free
        function lanewalk_stepper_new(rod, exec, stepper) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: rod, exec
            type(c_ptr), intent(inout) :: stepper
            integer(c_int) :: returned
        end function lanewalk_stepper_new
        function lanewalk_stepper_advance(stepper, steps) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr
            type(c_ptr), value :: stepper
            integer(c_int64_t), value :: steps
            integer(c_int) :: returned
        end function lanewalk_stepper_advance
        function lanewalk_stepper_steps(stepper, steps) result(returned) bind(C)
            import :: c_int, c_ptr
            type(c_ptr), value :: stepper, steps
            integer(c_int) :: returned
        end function lanewalk_stepper_steps
        function lanewalk_stepper_field(stepper, field, size) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: stepper, field
            integer(c_size_t), value :: size
            integer(c_int) :: returned
        end function lanewalk_stepper_field
        function lanewalk_stepper_set_field(stepper, field, size) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: stepper, field
            integer(c_size_t), value :: size
            integer(c_int) :: returned
        end function lanewalk_stepper_set_field
        subroutine lanewalk_stepper_free(stepper) bind(C)
            import :: c_ptr
            type(c_ptr), intent(inout) :: stepper
        end subroutine lanewalk_stepper_free
        function lanewalk_base(seed, label, value) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr
            integer(c_int64_t), value :: seed
            type(c_ptr), value :: label, value
            integer(c_int) :: returned
        end function lanewalk_base
        function lanewalk_independent_seed(seed, keys, count, value) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr, c_size_t
            integer(c_int64_t), value :: seed
            type(c_ptr), value :: keys, value
            integer(c_size_t), value :: count
            integer(c_int) :: returned
        end function lanewalk_independent_seed
        function lanewalk_distance_key(distance, key) result(returned) bind(C)
            import :: c_double, c_int, c_ptr
            real(c_double), value :: distance
            type(c_ptr), value :: key
            integer(c_int) :: returned
        end function lanewalk_distance_key
        function lanewalk_stream_new(seed, label, index, stream) result(returned) bind(C)
            import :: c_int, c_int64_t, c_ptr
            integer(c_int64_t), value :: seed, index
            type(c_ptr), value :: label, stream
            integer(c_int) :: returned
        end function lanewalk_stream_new
        function lanewalk_stream_draw(stream, draws, count) result(returned) bind(C)
            import :: c_int, c_ptr, c_size_t
            type(c_ptr), value :: stream, draws
            integer(c_size_t), value :: count
            integer(c_int) :: returned
        end function lanewalk_stream_draw
    end interface
end module lanewalk_c
