import type { HeadScan } from '../head/head-scan.ts';

/** Punctuation between the parts of a head; carries no information. */
const signsBehind = /[\s[({<|:,-]+$/;
/** Allowed between a time and its level: threads in brackets, numbers, punctuation. */
const between = /^[\s\])>|:-]*(?:(?:\[[^\]]*\]|\d+(?!\d))[\s|-]*)*[[<(|\s-]*$/;

const bare = (text: string): string => text.replace(signsBehind, '').replace(/^[\s\])>|:-]+/, '');

/** Returns what stands before the time, without the level and without brackets around it: a thread, a number, a name. */
export const aheadOf = (before: string, levelBefore: string): string =>
  before
    .replace(levelBefore, '')
    // Ruby's logger starts with the initial of its level.
    .replace(/^[DIWEFA], /, '')
    .replace(/^(?:[\s(){}<>|:,-]|\[\s*\])+/, '')
    .replace(/[\s[({<|:,-]+$/, '')
    .replace(/^\[([^[\]]*)\]/, '$1')
    .replace(/^\[+/, '');

/**
 * Parses a line of unknown format that starts with a time or a level. Removes both and moves other leading
 * text to the front of the message. Undefined if there is neither.
 */
export const plainFormat: LineFormat = ({ before, rest, levelFrom, levelTo, levelBefore, stamp }) => {
  const lead = rest.slice(0, levelFrom);
  const isAhead = levelTo > 0 && between.test(lead);
  const isProse =
    !/^(?:error|warn|warning|info|debug|trace|fatal): /i.test(rest) &&
    /[a-z]/.test(rest.slice(levelFrom, levelTo));
  if (stamp === '' && (!isAhead || isProse)) return undefined;
  const text = isAhead ? rest.slice(levelTo) : rest;
  const parts = [aheadOf(before, levelBefore), isAhead ? bare(lead) : '', text.replace(/^[\s\])>|:-]+/, '')];
  return { format: 'plain', message: parts.filter((part) => part !== '').join(' '), fields: [] };
};

/** A text line, split at its timestamp. */
export interface TimestampedText {
  readonly scan: HeadScan;
  /** Raw text before the time: '[', '1:M ', '<34>1 '. Empty without a time. */
  readonly before: string;
  /** The raw timestamp. */
  readonly stamp: string;
  /** Text after the time and its zone; the whole line without a time. */
  readonly rest: string;
  /** Position of the level in `rest`; both 0 if it is elsewhere. */
  readonly levelFrom: number;
  readonly levelTo: number;
  /** Raw level in `before`. */
  readonly levelBefore: string;
}

/** Result of a format parser. Fields that are empty or '-' are dropped. */
export interface ParsedFields {
  readonly format: string;
  readonly message: string;
  readonly fields: readonly (readonly [name: string, value: string | undefined])[];
}

/** Parses lines of one format; undefined for all others. */
export type LineFormat = (text: TimestampedText) => ParsedFields | undefined;

/** Expression for a level, including unknown words. */
export const levelText = '(?<word>[A-Z]{3,9})';

/**
 * Creates a format from an expression for the text after the time and one for the text before it. Named
 * groups become fields, except `message` and `word`.
 */
export const formatByPattern = (format: string, pattern: string, ahead?: RegExp): LineFormat => {
  const regex = new RegExp(pattern, 's');
  return ({ before, rest, scan, levelFrom, levelTo }) => {
    const groups = ahead?.test(before) === false ? undefined : regex.exec(rest)?.groups;
    if (groups === undefined) return undefined;
    const { message = '', word, ...others } = groups;
    // Another word in capitals stands where this format has its level.
    if (word !== undefined && levelTo > 0 && rest.slice(levelFrom, levelTo) !== word) return undefined;
    const severity = ['severity', scan.level === 0 ? word : undefined] as const;
    return { format, message, fields: [...Object.entries(others), severity] };
  };
};
