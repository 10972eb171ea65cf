/** '1 breaker', '2 breakers'; `many`: a plural that does not end in s alone. */
export const pluralize = (count: number, text: string, many = `${text}s`): string =>
  `${count} ${count === 1 ? text : many}`;

/** Joins the first texts of a list and counts the others: 'a, b, c and 4 more'. */
export const joinFirst = (texts: readonly string[], most: number, separator = ', '): string => {
  const more = texts.length - most;
  const shown = texts.slice(0, most).join(separator);
  return more > 0 ? `${shown} and ${more} more` : shown;
};
