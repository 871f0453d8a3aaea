! Mean first-passage times beside the exact values, with the sources of the module in SHARE:
!
!     gfortran -I SHARE SHARE/lanewalk_c.f90 SHARE/lanewalk.f90 first_passage.f90 -o first_passage -llanewalk
program first_passage
    use lanewalk
    implicit none
    real(c_double), parameter :: distances(3) = [10.0_c_double, 20.0_c_double, 150.0_c_double]
    type(lanewalk_problem) :: walk
    type(lanewalk_result) :: outcome
    type(lanewalk_tally) :: tally
    type(lanewalk_estimate) :: mean
    character(:), allocatable :: digest
    integer :: row
    call walk%first_passage(distances)
    call walk%set_samples(3000_int64)
    call walk%set_independent(.true.)
    call walk%run(outcome)
    do row = 1, size(distances)
        call outcome%tally(tally, row)
        call outcome%estimate('mean', mean, row)
        print '(a, i0, a, i0, 6a, i0, a, i0)', 'Y = ', nint(distances(row)), ': ', tally%samples, ' walks, ', &
            lanewalk_digits(tally%total_steps), ' steps, ', lanewalk_digits(tally%sum_squares), ' squared, longest ', &
            '', tally%longest, ', lower ', tally%lower
        print '(a, f0.3, a, f0.3, a, a)', '    mean ', mean%value, ', exact ', mean%exact, ', z ', number(mean%z)
    end do
    call outcome%digest(digest)
    print '(2a)', 'digest ', digest

contains

    !> Four decimals, with the zero before the point.
    function number(value) result(text)
        real(c_double), intent(in) :: value
        character(:), allocatable :: text
        character(32) :: buffer
        write (buffer, '(f32.4)') value
        text = trim(adjustl(buffer))
    end function number
end program first_passage
