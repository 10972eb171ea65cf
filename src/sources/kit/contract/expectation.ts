import { z } from 'zod';
import { matcherOf, PatternLimit } from '../../../domain/regex/matcher.ts';
import { isObject } from '../../../domain/text/value-text.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import type { HttpAnswer } from '../../../platform/network/http-messages.ts';
import { statusText } from '../../../platform/network/status.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { jsonValueAt, parseJsonPath } from '../values/json.ts';

/** Texts of interest are near the top. */
const maxSearchedLength = 65_536;

interface StatusRange {
  readonly from: number;
  readonly to: number;
}

const rangeOf = (spec: number | string): StatusRange | undefined => {
  const [, from, to] = /^(\d{3})(?:\s*-\s*(\d{3}))?$/.exec(String(spec)) ?? [];
  return from === undefined ? undefined : { from: Number(from), to: Number(to ?? from) };
};

type StatusSpec = number | string | readonly (number | string)[];

/** Parses status ranges; undefined when one of them is invalid. */
const rangesOf = (spec: StatusSpec): readonly StatusRange[] | undefined => {
  const ranges = [spec].flat().map(rangeOf);
  return ranges.every((range) => range !== undefined) ? ranges : undefined;
};

const zStatus = z
  .union([z.number(), z.string(), z.array(z.union([z.number(), z.string()])).min(1)])
  .meta({
    description: 'expected status: a code, a range such as "200-299", or a list of these',
    examples: [200, '200-299'],
  })
  .refine((spec) => rangesOf(spec) !== undefined, {
    error: 'not an HTTP status: write 200, "200-299", or a list of these',
  });

const isPattern = (text: string): boolean => {
  try {
    matcherOf(text);
    return true;
  } catch {
    return false;
  }
};

/** Expectations on a response: all given ones must hold. */
export const zExpectation = z
  .strictObject({
    status: zStatus.exactOptional(),
    json: z
      .record(z.string(), z.unknown())
      .refine((expected) => Object.keys(expected).every((path) => parseJsonPath(path) !== undefined), {
        error: 'a key of json must be a path into the response, such as status, details.db or nodes[0].up',
      })
      .meta({
        description:
          'expected values of the JSON body by path, such as { status: healthy, details.db: ok }. A list allows any of the values',
      })
      .exactOptional(),
    text: z
      .string()
      .refine(isPattern, {
        error: (issue) =>
          `"${String(issue.input)}" is not a valid regular expression: check brackets and backslashes`,
      })
      .meta({ description: 'regular expression that the body of the response must match' })
      .exactOptional(),
    header: z
      .record(z.string(), z.string())
      .meta({ description: 'expected headers of the response, as a map of name to value' })
      .exactOptional(),
  })
  .meta({ description: 'expected response' });

export type Expectation = z.infer<typeof zExpectation>;

/**
 * Describes the first unmet expectation; undefined when all are met. Throws `malformed` for invalid JSON and for a
 * pattern that exceeds its limit.
 */
export const describeUnmet = (expected: Expectation, answer: HttpAnswer): string | undefined =>
  unmetStatus(expected.status, answer.status) ??
  unmetHeader(expected.header, answer.headers) ??
  (expected.json === undefined ? undefined : unmetJson(expected.json, answer.json())) ??
  unmetText(expected.text, answer.text);

const unmetStatus = (spec: StatusSpec | undefined, status: number): string | undefined => {
  const ranges = spec === undefined ? undefined : rangesOf(spec);
  if (ranges === undefined || ranges.some((r) => status >= r.from && status <= r.to)) return undefined;
  return `answered ${statusText(status)}, expected ${[spec].flat().join(', ')}`;
};

const unmetHeader = (
  expected: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>>,
): string | undefined => {
  for (const [name, value] of Object.entries(expected)) {
    const actual = headers[name.toLowerCase()];
    if (actual !== value)
      return `the header ${name} of the response is ${shown(actual)}, but should be ${shown(value)}`;
  }
  return undefined;
};

const unmetText = (pattern: string | undefined, text: string): string | undefined => {
  try {
    if (pattern === undefined || matcherOf(pattern).test(text.slice(0, maxSearchedLength))) return undefined;
    return `the body of the response does not match /${pattern}/`;
  } catch (error) {
    // The result is unknown then, which is no reason to report it as down.
    if (error instanceof PatternLimit) throw new WireError('malformed', error.message);
    throw error;
  }
};

/** A nested map is compared recursively, a list means any of its values, everything else must be equal. */
const unmetJson = (
  expected: Readonly<Record<string, unknown>>,
  json: unknown,
  above = '',
): string | undefined => {
  for (const [path, value] of Object.entries(expected)) {
    const actual = jsonValueAt(json, path);
    const name = `${above}${path}`;
    const problem = isObject(value)
      ? unmetJson(value, actual, `${name}.`)
      : [value].flat().includes(actual)
        ? undefined
        : `${name} is ${shown(actual)}, expected ${[value].flat().map(shown).join(' or ')}`;
    if (problem !== undefined) return problem;
  }
  return undefined;
};

const shown = (value: unknown): string =>
  value === undefined ? 'absent' : oneLine(JSON.stringify(value), 60);
