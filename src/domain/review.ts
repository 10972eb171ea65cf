import type { Millis } from './fault.ts';

/** When somebody looks over what the profile was written from, and who. */
export interface Review {
  /** '' where nobody is named. */
  readonly owner: string;
  /** 'monthly'; '' where nothing is said. */
  readonly every: string;
  /** The day of the next one, 'YYYY-MM-DD'; absent: none is planned. */
  readonly next?: string;
  readonly covers: readonly string[];
}

/** The day that a moment is in, 'YYYY-MM-DD'; without a zone that of this machine. */
const dayOf = (at: Millis, zone: string | undefined): string =>
  new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(at);

/** How many days ago the review was due; negative: it is to come. Undefined: none is planned. */
export const daysPastReview = (
  { next }: Review,
  now: Millis,
  zone: string | undefined,
): number | undefined =>
  next === undefined ? undefined : Math.round((Date.parse(dayOf(now, zone)) - Date.parse(next)) / 86_400_000);
