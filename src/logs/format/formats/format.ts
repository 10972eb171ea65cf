import type { Scan } from '../head/scan.ts';

/** A line in words, cut where its time stands. */
export interface TimedText {
  readonly scan: Scan;
  /** In front of the time, as it stands: '[', '1:M ', '<34>1 '. Empty where there is no time. */
  readonly before: string;
  /** The time itself. */
  readonly stamp: string;
  /** Behind the time, its zone included; all of the line where it has no time. */
  readonly rest: string;
  /** The level in `rest`; both 0 when it stands elsewhere. */
  readonly levelFrom: number;
  readonly levelTo: number;
  /** The level as it stands in `before`. */
  readonly levelBefore: string;
}

/** What a format makes of a line. Fields that are empty, or '-', are not taken over. */
export interface Understood {
  readonly format: string;
  readonly message: string;
  readonly fields: readonly (readonly [name: string, value: string | undefined])[];
}

/** Understands lines of one format: undefined for all others. */
export type Format = (text: TimedText) => Understood | undefined;

/** What stands where a level does, which may be a word of the program's own. */
export const levelWord = '(?<word>[A-Z]{3,9})';

/**
 * A format whose lines match an expression behind the time, and one in front of it; the groups are fields, `message` and
 * `word` apart.
 */
export const byRest = (format: string, pattern: string, ahead?: RegExp): Format => {
  const regex = new RegExp(pattern, 's');
  return ({ before, rest, scan }) => {
    const groups = ahead?.test(before) === false ? undefined : regex.exec(rest)?.groups;
    if (groups === undefined) return undefined;
    const { message = '', word, ...others } = groups;
    const severity = ['severity', scan.level === 0 ? word : undefined] as const;
    return { format, message, fields: [...Object.entries(others), severity] };
  };
};
