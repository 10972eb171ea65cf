/**
 * Only ends a test that hangs, in ms. These tests run in simulated time, but each read of a host starts a program, which takes as
 * long as the machine does.
 */
export const timeout = 180_000;
