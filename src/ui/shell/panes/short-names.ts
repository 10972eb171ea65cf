/** The start that names share, up to the last dash or dot in it: 'orders-'. */
export const sharedStart = (first: string, name: string): string => {
  let end = 0;
  while (end < first.length && first[end] === name[end]) end++;
  return first.slice(0, first.slice(0, end).search(/[-.:/][^-.:/]*$/) + 1);
};

/**
 * Joins names; one that begins as the name before it has only its end: 'bus-0, -1, orders-0'. The whole of the first name is kept.
 */
export const shortNames = (names: readonly string[]): string =>
  names
    .map((name, index) => {
      const before = names[index - 1];
      const start = before === undefined ? '' : sharedStart(before, name);
      // The separator stays, so that the rest reads as the end of a name.
      return start.length < 2 ? name : name.slice(start.length - 1);
    })
    .join(', ');
