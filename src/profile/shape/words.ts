import { z } from 'zod';
import type { Level } from '../../domain/facts/level.ts';
import { zOneOrMore } from '../../domain/facts/schema.ts';
import type { Bound } from '../../domain/facts/threshold.ts';
import { parseBound } from '../../domain/facts/threshold.ts';
import { checkRegex } from '../../domain/regex/matcher.ts';

const moment = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/;

/** A timestamp with its zone; wall-clock ms. A date alone is midnight UTC. */
export const zTimestamp = z
  .string()
  .meta({
    description: 'a date and time with a zone',
    examples: ['2026-12-20T00:00Z', '2026-12-20T00:00+01:00'],
  })
  .transform((text, context) => {
    const time = moment.test(text) ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
    if (!Number.isNaN(time)) return time;
    context.addIssue({
      code: 'custom',
      message: `"${text}" is not a date and time. Write both with a zone: 2026-12-20T00:00Z`,
    });
    return z.NEVER;
  });

/** 'HH:MM' as minutes since midnight; 24:00 is the end of the day. */
export const zTimeOfDay = z
  .string({
    error: (issue) => (typeof issue.input === 'number' ? 'a time of day needs quotes: "22:00"' : undefined),
  })
  .meta({ description: 'a time of day: 00:00 to 24:00', examples: ['22:00'] })
  .transform((text, context) => {
    const [, hours, minutes] = /^(\d{1,2}):([0-5]\d)$/.exec(text) ?? [];
    const position = Number(hours) * 60 + Number(minutes);
    if (position <= 24 * 60) return position;
    context.addIssue({ code: 'custom', message: `"${text}" is not a time of day. Write 22:00` });
    return z.NEVER;
  });

/** As in `Date.getDay`: 0 is Sunday. */
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Parses 'mon' or 'mon-fri' into days; a range may wrap around the end of the week. Undefined: not a day. */
const daysOf = (word: string): readonly number[] | undefined => {
  const [from = -1, to = from] = word.split('-').map((name) => dayNames.indexOf(name));
  if (from < 0 || to < 0 || word.split('-').length > 2) return undefined;
  const count = ((to - from + 7) % 7) + 1;
  return Array.from({ length: count }, (_, i) => (from + i) % 7);
};

/** Days of the week: 'mon-fri', 'sat,sun', or a list of these; as numbers, 0 is Sunday. */
export const zDays = zOneOrMore
  .meta({ description: 'days of the week, such as mon-fri or sat, sun', examples: ['mon-fri'] })
  .transform((texts, context) => {
    const words = texts.flatMap((text) => text.toLowerCase().split(/[\s,]+/)).filter((word) => word !== '');
    const wrong = words.find((word) => daysOf(word) === undefined);
    if (wrong === undefined && words.length > 0)
      return [...new Set(words.flatMap((word) => daysOf(word) ?? []))].sort((a, b) => a - b);
    context.addIssue({
      code: 'custom',
      message: `"${wrong ?? ''}" is not a day of the week. Write mon-fri, or sat, sun`,
    });
    return z.NEVER;
  });

/** True for a time zone that Intl knows, and for 'utc'. */
export const isZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/** An IANA time zone. */
export const zZone = z
  .string()
  .refine(isZone, {
    error: (issue) => `"${String(issue.input)}" is not a time zone. Write Europe/Berlin or UTC`,
  })
  .meta({ description: 'name of a time zone, as in the IANA database', examples: ['Europe/Berlin'] });

/** An expression; parsed later, where the names it uses are known. */
export const zExpression = z
  .string()
  .min(1)
  .meta({ description: 'an expression. See docs/reference/runbooks.md' });

/** Requirements that an entry covers. */
export const zCovers = z
  .array(z.string().min(1))
  .default([])
  .meta({ description: 'requirement ids that this entry covers' });

/** True for a name that every JavaScript object has, such as 'constructor': a record by name would seem to have an entry. */
export const isReservedName = (text: string): boolean => text in Object.prototype;

/** Returns whether a source ID needs no quotes in `use: SOURCE.NAME`, feed IDs and command lines. */
export const isSourceId = (text: string): boolean => /^[A-Za-z][\w-]*$/.test(text);

const named = (pattern: RegExp, allowed: string) => {
  const invalid = (input: unknown): string =>
    `${JSON.stringify(input)} is not a valid name. Start with a letter, then ${allowed}`;
  return z
    .string({
      // In quotes a number would be a text, and no name either.
      error: ({ input }) =>
        typeof input === 'number' || typeof input === 'boolean' ? invalid(input) : undefined,
    })
    .regex(pattern, { error: ({ input }) => invalid(input) })
    .refine((text) => !isReservedName(text), {
      error: ({ input }) => `${JSON.stringify(input)} is a reserved name. Choose another one`,
    });
};

/** ID of a system, an environment, a runbook or a step: one word. */
export const zIdentifier = named(/^[A-Za-z][\w-]*$/, 'letters, digits, - and _');

/** Signal ID; may have parts: api.latency. */
export const zSignalId = named(/^[A-Za-z][\w.-]*$/, 'letters, digits, . - and _');

export const zTitle = z.string().min(1);

export const zLevel = z.enum(['ok', 'unknown', 'warn', 'crit'] satisfies Level[]);

/** 'OP NUMBER' or 'OP WORD' as a threshold. */
export const zBound = z
  .string({
    error: (issue) =>
      typeof issue.input === 'number' ? `${issue.input} is not a limit. Write ">=${issue.input}"` : undefined,
  })
  .meta({ description: 'a comparison and a number or a word', examples: ['>=500', '<95', '!= closed'] })
  .transform((text, context): Bound => {
    const bound = parseBound(text);
    if (!('error' in bound)) return bound;
    context.addIssue({ code: 'custom', message: bound.error });
    return z.NEVER;
  });

/** A JavaScript regular expression, as text. */
export const zRegex = z
  .string()
  .min(1)
  .meta({ description: 'a JavaScript regular expression', format: 'regex' })
  .superRefine((text, context) => {
    try {
      checkRegex(text);
    } catch (error) {
      const why = error instanceof Error ? (error.message.split(': ').at(-1) ?? '') : '';
      context.addIssue({
        code: 'custom',
        message: `"${text}" is not a regular expression (${why.toLowerCase()}). Escape special characters with \\`,
      });
    }
  });

/** Says that a number is outside of its range, and which numbers are inside. */
export const outsideText = (value: number, min: number, max: number): string =>
  value < min
    ? `${value} is less than min ${min}. Write at least ${min}`
    : `${value} is more than max ${max}. Write at most ${max}`;
