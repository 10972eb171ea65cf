import { counted } from '../text/count.ts';

/** The greatest of those that are there; undefined when none is. */
export const most = (values: readonly (number | undefined)[]): number | undefined => {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : Math.max(...present);
};

/** The least of those that are there; undefined when none is. */
export const least = (values: readonly (number | undefined)[]): number | undefined => {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : Math.min(...present);
};

/** '5 more' or, when nothing else is shown, '5 breakers'. `noun` is in the singular. */
export const howMany = (folded: number, all: number, noun: string): string =>
  folded === all ? counted(folded, noun) : `${folded} more`;
