/* A hot spot on a rod, advanced in the caller's own array:
 *
 *     cc heat.c -o heat $(pkg-config --cflags --libs lanewalk) */
#include <stdio.h>
#include <stdlib.h>

#include <lanewalk.h>

static void check(lanewalk_status status) {
    if (status != LANEWALK_STATUS_OK) {
        fprintf(stderr, "%s\n", lanewalk_last_error_message());
        exit(1);
    }
}

int main(void) {
    enum { POINTS = 61 };
    double field[POINTS] = {0};
    for (int i = 25; i < 36; i++) field[i] = 1;
    lanewalk_rod *rod = NULL;
    lanewalk_stepper *stepper = NULL;
    check(lanewalk_heat(POINTS, &rod));
    check(lanewalk_rod_set_start(rod, field, POINTS));
    check(lanewalk_stepper_new(rod, NULL, &stepper));
    for (int picture = 0; picture < 8; picture++) {
        check(lanewalk_stepper_field(stepper, field, POINTS));
        printf("%4d |", 100 * picture);
        for (int i = 0; i < POINTS; i++) putchar(" .:-=+*#%@"[field[i] < 0.99 ? (int)(10 * field[i]) : 9]);
        puts("|");
        check(lanewalk_stepper_advance(stepper, 100));
    }
    lanewalk_stepper_free(&stepper);
    lanewalk_rod_free(&rod);
    return 0;
}
