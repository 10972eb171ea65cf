import { parseDuration } from '../../domain/duration.ts';
import type { ParamValue } from '../../domain/param-value.ts';
import { compilePattern } from '../../domain/pattern.ts';
import { matchesOr } from '../../domain/regex/matcher.ts';
import type { ParamSpec } from '../../domain/runbook.ts';

/** A text as a value of the parameter's type, or what is wrong with it. Choices are looked up elsewhere. */
export type Parsed = { readonly value: ParamValue } | { readonly what: string };

const intOf = (text: string, { min, max }: ParamSpec): Parsed => {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(value))
    return { what: `"${text}" is no whole number` };
  if (min !== undefined && value < min) return { what: `${value} is less than ${min}` };
  if (max !== undefined && value > max) return { what: `${value} is more than ${max}` };
  return { value };
};

const textOf = (text: string, { pattern }: ParamSpec): Parsed => {
  if (/\p{Cc}/u.test(text)) return { what: 'it holds control characters' };
  if (pattern === undefined) return { value: text };
  const compiled = compilePattern(`^(?:${pattern})$`, 'u');
  if (typeof compiled === 'string') return { what: `its pattern cannot be used: ${compiled}` };
  return text.length <= 4096 && matchesOr(compiled, text, false)
    ? { value: text }
    : { what: `"${text}" does not match ${pattern}` };
};

/** Reads a text that somebody gave for a parameter. A `pattern` must match all of it. */
export const parseValue = (text: string, spec: ParamSpec): Parsed => {
  switch (spec.type) {
    case 'boolean':
      if (text === 'true' || text === 'false') return { value: text === 'true' };
      return { what: `"${text}" is neither true nor false` };
    case 'int':
      return intOf(text, spec);
    case 'duration':
      return parseDuration(text) === undefined
        ? { what: `"${text}" is no duration: 30s, 5m, 1h30m` }
        : { value: text };
    // A selection has its own way: each of its values is looked up, and they are counted.
    case 'choices':
    case 'string':
    case 'choice':
      return textOf(text, spec);
  }
};
