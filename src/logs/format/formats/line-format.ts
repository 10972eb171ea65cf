import type { HeadScan } from '../head/head-scan.ts';

/** What heads are put together with: nobody misses it. */
const signsBefore = /^[\s[\](){}<>|:,-]+/;
const signsBehind = /[\s[({<|:,-]+$/;
/** Between a time and its level: threads in brackets, numbers, signs. */
const between = /^[\s\])>|:-]*(?:(?:\[[^\]]*\]|\d+(?!\d))[\s|-]*)*[[<(|\s-]*$/;

const bare = (text: string): string => text.replace(signsBehind, '').replace(/^[\s\])>|:-]+/, '');

/**
 * A line of no known format, with a time or a level at its beginning: these are cut off, and what else stood there goes
 * in front of the message.
 * Undefined: there is neither.
 */
export const plainFormat: LineFormat = ({ before, rest, levelFrom, levelTo, levelBefore, stamp }) => {
  const lead = rest.slice(0, levelFrom);
  const isAhead = levelTo > 0 && between.test(lead);
  if (stamp === '' && (!isAhead || /[a-z]/.test(rest.slice(levelFrom, levelTo)))) return undefined;
  const said = isAhead ? rest.slice(levelTo) : rest;
  // Ruby's logger begins with the letter of its level.
  const kept = before
    .replace(levelBefore, '')
    .replace(/^[DIWEFA], /, '')
    .replace(signsBefore, '');
  const parts = [bare(kept), isAhead ? bare(lead) : '', said.replace(/^[\s\])>|:-]+/, '')];
  return { format: 'plain', message: parts.filter((part) => part !== '').join(' '), fields: [] };
};

/** A line in words, cut where its time stands. */
export interface TimestampedText {
  readonly scan: HeadScan;
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
export interface ParsedFields {
  readonly format: string;
  readonly message: string;
  readonly fields: readonly (readonly [name: string, value: string | undefined])[];
}

/** Understands lines of one format: undefined for all others. */
export type LineFormat = (text: TimestampedText) => ParsedFields | undefined;

/** What stands where a level does, which may be a word of the program's own. */
export const levelText = '(?<word>[A-Z]{3,9})';

/**
 * A format whose lines match an expression behind the time, and one in front of it; the groups are fields, `message` and
 * `word` apart.
 */
export const formatByPattern = (format: string, pattern: string, ahead?: RegExp): LineFormat => {
  const regex = new RegExp(pattern, 's');
  return ({ before, rest, scan }) => {
    const groups = ahead?.test(before) === false ? undefined : regex.exec(rest)?.groups;
    if (groups === undefined) return undefined;
    const { message = '', word, ...others } = groups;
    const severity = ['severity', scan.level === 0 ? word : undefined] as const;
    return { format, message, fields: [...Object.entries(others), severity] };
  };
};
