import { z } from 'zod';
import type { Bound } from '../../domain/bound.ts';
import { parseBound } from '../../domain/bound.ts';
import type { Level } from '../../domain/level.ts';

/** Requirement rows that an entry serves. */
export const zCovers = z
  .array(z.string().min(1))
  .default([])
  .meta({ description: 'requirement rows that this entry serves' });

/** What `use: SOURCE.NAME`, feed ids and command lines can say without quotes. */
export const isSourceId = (text: string): boolean => /^[A-Za-z][\w-]*$/.test(text);

const named = (pattern: RegExp, allowed: string) =>
  z.string().regex(pattern, {
    error: (issue) => `${JSON.stringify(issue.input)} cannot be a name; begin with a letter, then ${allowed}`,
  });

/** A system, an environment, a runbook, a step: one word. */
export const zName = named(/^[A-Za-z][\w-]*$/, 'letters, digits, - and _');

/** A signal's id may have parts: api.latency. */
export const zSignalId = named(/^[A-Za-z][\w.-]*$/, 'letters, digits, . - and _');

export const zTitle = z.string().min(1);

export const zLevel = z.enum(['ok', 'unknown', 'warn', 'crit'] satisfies Level[]);

/** 'OP NUMBER' or 'OP WORD' as a bound. */
export const zBound = z
  .string({
    error: (issue) =>
      typeof issue.input === 'number' ? `${issue.input} is no bound; write ">=${issue.input}"` : undefined,
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
      new RegExp(text);
    } catch (error) {
      const why = error instanceof Error ? (error.message.split(': ').at(-1) ?? '') : '';
      context.addIssue({
        code: 'custom',
        message: `"${text}" is no regular expression (${why.toLowerCase()}); escape what is meant as itself with \\`,
      });
    }
  });
