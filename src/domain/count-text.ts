/** '1 breaker', '2 breakers'; `many`: a plural that does not end in s alone. */
export const pluralize = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
