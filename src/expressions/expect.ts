import { defined } from '../domain/base/defined.ts';
import { isInBound, parseBound } from '../domain/facts/threshold.ts';
import { groupsOrNull, matchesOr } from '../domain/regex/matcher.ts';
import { compilePattern, matchedChars } from '../domain/regex/pattern.ts';
import type { OperationResult } from '../domain/runbooks/operation.ts';
import type { ExpectedResult } from '../domain/runbooks/runbook.ts';
import { formatCount } from '../domain/text/format.ts';
import { partialAnswerText } from '../domain/text/partial-answer.ts';
import { type Hide, resultText } from '../domain/text/value-text.ts';
import type { TriState } from './rows/truth.ts';
import { allTrue, type Truth } from './rows/truth.ts';

type Scalar = string | number | boolean | null;

const unknown = (why: string): Truth => ({ value: 'unknown', why });
const judged = (fits: boolean, what: string, value: unknown, expected: string, hide: Hide): Truth => {
  const result: TriState = fits ? 'true' : 'false';
  return {
    value: result,
    why: `${what} ${resultText(what, value, hide)}${fits ? '' : `, expected ${expected}`}`,
  };
};

/** Returns whether the text is a threshold, that is, starts with a comparison. */
export const isBound = (text: string): boolean => /^\s*[=!<>≥≤≠]/.test(text);

/**
 * Validates an expected value; undefined when it is valid. A text that starts with a comparison is a threshold ('>=
 * 99.5', '!= off'); any other is the value itself.
 */
export const expectedValueProblem = (text: string): string | undefined => {
  // Parameters are bound at run time.
  const bound = isBound(text) && !text.includes('${param.') ? parseBound(text) : undefined;
  return bound !== undefined && 'error' in bound ? bound.error : undefined;
};

const equals = (actual: string | number | boolean, expected: string): boolean => {
  if (String(actual) === expected) return true;
  const number = Number(expected);
  return expected.trim() !== '' && !Number.isNaN(number) && actual !== '' && Number(actual) === number;
};

const ofValue = (what: string, actual: Scalar | undefined, expected: string, hide: Hide): Truth => {
  if (actual === undefined || actual === null) return unknown(`the result has no value for ${what}`);
  if (!isBound(expected)) return judged(equals(actual, expected), what, actual, expected, hide);
  // Nothing differs from everything: a program that printed nothing has not told another state.
  if (typeof actual === 'string' && actual.trim() === '') return unknown(`${what} is empty`);
  const bound = parseBound(expected);
  if ('error' in bound) return unknown(bound.error);
  const fits = isInBound(bound, typeof actual === 'boolean' ? String(actual) : actual);
  if (fits === undefined)
    return unknown(`${what} ${resultText(what, actual, hide)} cannot be compared with ${expected}`);
  return judged(fits, what, actual, expected, hide);
};

const ofRows = (
  bound: string,
  { rows, rowCount = rows?.length ?? 0 }: OperationResult,
  hide: Hide,
): Truth => {
  const parsed = parseBound(bound);
  if (rows === undefined)
    return unknown('the result of the operation has no rows, so there is nothing to check');
  if ('error' in parsed) return unknown(parsed.error);
  return judged(isInBound(parsed, rowCount) === true, 'rows', rowCount, bound, hide);
};

/** Returns the text output: '' for a program that ended without output; undefined when nothing is known. */
const textOutput = ({ text, status }: OperationResult): string | undefined =>
  text ?? (status === undefined ? undefined : '');

/** Checks the value of a column in the first row; for a result with text but no rows, the whole text. */
const ofFirst = (
  expected: string,
  column: string | undefined,
  result: OperationResult,
  hide: Hide,
): Truth => {
  const { rows } = result;
  const text = textOutput(result);
  if (rows === undefined)
    return column === undefined && text !== undefined
      ? ofValue('output', text.trim(), expected, hide)
      : unknown('the result of the operation has no rows, so there is nothing to check');
  const [first] = rows;
  if (first === undefined) return unknown('the query returned no row, so there is no value to check');
  const name = column ?? Object.keys(first)[0] ?? '';
  if (!Object.hasOwn(first, name))
    return unknown(
      `the result has no column ${name}. Write one of the columns ${Object.keys(first).join(', ')}`,
    );
  return ofValue(name, first[name], expected, hide);
};

/** Reads a path such as 'details.state' or 'items.0.name'; undefined when the document does not have it. */
export const documentValue = (json: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((place, key) => {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, key)) return undefined;
    return (place as Readonly<Record<string, unknown>>)[key];
  }, json);

/** Returns a value comparable with a threshold; undefined for lists and maps. */
const scalarOf = (value: unknown): Scalar | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;

/** Returns the JSON response, or the JSON that a program printed. */
export const documentIn = ({ json, text }: OperationResult): unknown => {
  if (json !== undefined || text === undefined) return json;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Checks a JSON value. A text that starts with a comparison is a threshold, as in `value`; anything else must be equal
 * in value and type.
 */
const ofJson = (path: string, expected: Scalar, answer: OperationResult, hide: Hide): Truth => {
  const json = documentIn(answer);
  if (json === undefined) return unknown('the result is not JSON. Remove json: from expect, or use matches');
  const value = documentValue(json, path);
  if (value === undefined) return unknown(`${path} is missing`);
  if (typeof expected === 'string' && isBound(expected))
    return ofValue(path, scalarOf(value), expected, hide);
  return judged(value === expected, path, value, resultText(path, expected, hide), hide);
};

/** Returns the first capture group of the first matching line. */
const groupOf = (pattern: string, { text = '' }: OperationResult): string | undefined => {
  const compiled = compilePattern(pattern, 'u');
  if (typeof compiled === 'string') return undefined;
  for (const line of text.split(/\r?\n/)) {
    const groups = groupsOrNull(compiled, line.slice(0, matchedChars));
    if (groups !== null) return groups[1];
  }
  return undefined;
};

/** Returns the value that `change` compares. */
const changing = (
  expect: ExpectedResult,
  result: OperationResult,
): readonly [what: string, value: unknown] => {
  const { column, path, matches } = expect;
  if (path !== undefined) return [path, documentValue(documentIn(result), path)];
  if (matches !== undefined && result.rows === undefined) return ['output', groupOf(matches, result)];
  const [first] = result.rows ?? [];
  if (first === undefined)
    return ['output', result.rows === undefined ? textOutput(result)?.trim() : undefined];
  const name = column ?? Object.keys(first)[0] ?? '';
  return [name, Object.hasOwn(first, name) ? first[name] : undefined];
};

const isNothing = (value: unknown): boolean => value === undefined || value === null;

/** The same reading before the action; a text says why it failed. */
export type EarlierResult = OperationResult | string;

/** The result of each call of that reading; a text says why it failed. */
export type EarlierReading = readonly OperationResult[] | string;

/** Compares with the same reading before the action. Unknown without an earlier reading. */
const ofChange = (
  change: string,
  expect: ExpectedResult,
  result: OperationResult,
  before: EarlierResult | undefined,
  hide: Hide,
): Truth => {
  const shown = (what: string, value: unknown): string => resultText(what, value, hide);
  const [what, now] = changing(expect, result);
  if (isNothing(now)) return unknown(`the result has no value for ${what}`);
  const valueNow = shown(what, now);
  if (before === undefined || typeof before === 'string') {
    const why = before === undefined ? '' : ` (${before})`;
    return unknown(`${what} ${valueNow}. The value before the action could not be read${why}`);
  }
  const [, then] = changing(expect, before);
  const valueBefore = shown(what, then);
  if (change === 'any') {
    const isOther = JSON.stringify(now) !== JSON.stringify(then);
    return {
      value: isOther ? 'true' : 'false',
      why: `${what} ${valueNow}, before the action ${valueBefore}`,
    };
  }
  const bound = parseBound(change);
  if ('error' in bound) return unknown(bound.error);
  const difference = isNothing(then) ? Number.NaN : Number(now) - Number(then);
  const fits = Number.isNaN(difference) ? undefined : isInBound(bound, difference);
  if (fits === undefined)
    return unknown(`${what} ${valueNow} cannot be compared with the earlier ${valueBefore}`);
  const words = `${what} ${valueNow}, before the action ${valueBefore}`;
  return { value: fits ? 'true' : 'false', why: fits ? words : `${words}: expected change ${change}` };
};

/** Checks that at least one line matches. */
const ofText = (pattern: string, { text }: OperationResult, hide: Hide): Truth => {
  if (text === undefined) return unknown('the result contains no text to match. Remove matches from expect');
  const compiled = compilePattern(pattern, 'u');
  if (typeof compiled === 'string') return unknown(compiled);
  const lines = text.split(/\r?\n/);
  const matching = (otherwise: boolean): string | undefined =>
    lines.find((line) => matchesOr(compiled, line.slice(0, matchedChars), otherwise));
  const matched = matching(false);
  if (matched !== undefined) return { value: 'true', why: resultText('', matched.trim(), hide) };
  if (matching(true) !== undefined)
    return unknown(`/${pattern}/ takes too long on one line. Simplify the pattern`);
  if (lines.some((line) => line.length > matchedChars))
    return unknown(`no line matches ${pattern} within the first ${formatCount(matchedChars)} characters`);
  return { value: 'false', why: `no line matches ${pattern}: ${resultText('', text.trim(), hide)}` };
};

/** The text by which PostgreSQL replaces a value that the role may not see. Source: pgstatfuncs.c. */
const hiddenText = '<insufficient privilege>';

/** The column whose value the server hides from us: it says nothing of the rows, and their number may be that of another role. */
const hiddenColumn = ({ rows = [] }: OperationResult): string | undefined =>
  rows.flatMap((row) => Object.keys(row).filter((name) => row[name] === hiddenText))[0];

/**
 * Compares the result of a reading operation with the expectation. All parts must match: the first mismatch decides,
 * then the first unknown. Missing data makes it unknown, never true. `before`: result of the same reading before the
 * action. `hide`: masks secrets in values before they are truncated.
 */
export const judgeExpectation = (
  expect: ExpectedResult,
  result: OperationResult,
  before?: EarlierResult,
  hide: Hide = (text) => text,
): Truth => {
  const { rows, column, value, status, json = {}, matches, change, path } = expect;
  const hidden = hiddenColumn(result);
  if (hidden !== undefined) return unknown(`${hidden} is ${hiddenText} for this role`);
  const partial = partialAnswerText(documentIn(result));
  if (partial !== undefined && (Object.keys(json).length > 0 || path !== undefined))
    return unknown(`the server returned only a part of the result: ${partial}`);
  return allTrue([
    ...(status === undefined
      ? []
      : [
          result.status === undefined
            ? unknown('the result has no status. Remove status from expect')
            : judged(result.status === status, 'status', result.status, String(status), hide),
        ]),
    ...(rows === undefined ? [] : [ofRows(rows, result, hide)]),
    ...(value === undefined ? [] : [ofFirst(value, column, result, hide)]),
    ...Object.entries(json).map(([path, expected]) => ofJson(path, expected, result, hide)),
    ...(matches === undefined ? [] : [ofText(matches, result, hide)]),
    ...(change === undefined ? [] : [ofChange(change, expect, result, before, hide)]),
  ]);
};

/** Returns the values of a result that an expectation compares, by name; a missing one is undefined. */
export const expectedValues = (
  expect: ExpectedResult,
  result: OperationResult,
): readonly (readonly [what: string, value: unknown])[] => {
  const { status, rows, column, value, json = {}, change } = expect;
  const shown = changing({ ...defined({ column }) }, result);
  return [
    ...(status === undefined ? [] : [['status', result.status] as const]),
    ...(rows === undefined ? [] : [['rows', result.rowCount ?? result.rows?.length] as const]),
    ...(value === undefined ? [] : [shown]),
    ...Object.keys(json).map((path) => [path, documentValue(documentIn(result), path)] as const),
    ...(change === undefined ? [] : [changing(expect, result)]),
  ];
};

/** The text around a parameter in an expected value: 'RUST_LOG=${param.level}'. */
const aroundParam = (written: string, name: string): readonly [string, string] | undefined => {
  const parts = written.split(`\${param.${name}}`);
  const [before, after] = parts;
  return before === undefined || after === undefined ? undefined : [before, after];
};

/**
 * Returns what a result has where the expectation compares it with a parameter, without the text written around the
 * parameter. Undefined when it compares nothing with it, or the result has no such value.
 */
export const comparedWithParam = (
  { value, column, json = {} }: ExpectedResult,
  name: string,
  result: OperationResult,
): string | undefined => {
  const [path, compared] =
    Object.entries(json).find(([, expected]) => String(expected).includes(`\${param.${name}}`)) ?? [];
  const written = path === undefined ? value : String(compared);
  const around = written === undefined ? undefined : aroundParam(written.replace(/^=\s*/, ''), name);
  const [, shown] = changing({ ...defined({ column }) }, result);
  const found = path === undefined ? shown : documentValue(documentIn(result), path);
  if (around === undefined || isNothing(found)) return undefined;
  const [before, after] = around;
  const text = String(found).trim();
  return text.startsWith(before) && text.endsWith(after)
    ? text.slice(before.length, text.length - after.length)
    : text;
};
