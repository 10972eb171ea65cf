/** Adds up values; 0 for none. */
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Adds up the known values. Undefined if none is known: an unknown sum is not 0. */
export const sumKnown = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : sum(known);
};

/** Adds up values. Undefined if there is none, or if one of them is unknown. */
export const sumIfAllKnown = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? sumKnown(known) : undefined;
};
