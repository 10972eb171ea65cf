/**
 * Compares texts by their UTF-16 units, for `sort`. The order is the same in every locale; `localeCompare` also loads the tables of one
 * at its first call, which takes 6 ms of a start.
 */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
