import { RE2JS, RE2JSSyntaxException } from 're2js';
import { defined } from '../../../domain/base/defined.ts';
import { parseDuration } from '../../../domain/text/duration.ts';
import type { StreamLabels } from './log-store.ts';

/** A pattern in the real server's syntax: RE2, as in Go. */
interface Re2Pattern {
  /** Returns true when it matches anywhere in a text. */
  test(text: string): boolean;
  /** Returns true when it matches the whole text; the dot also matches line feeds. */
  isWhole(text: string): boolean;
}

/** Throws RE2JSSyntaxException with Go's message for an invalid pattern. */
const re2 = (source: string): Re2Pattern => {
  const anywhere = RE2JS.compile(source);
  const whole = RE2JS.compile(source, RE2JS.DOTALL);
  return { test: (text) => anywhere.test(text), isWhole: (text) => whole.matches(text) };
};

/** Error message of an invalid pattern. */
const re2Problem = (error: unknown): string | undefined =>
  error instanceof RE2JSSyntaxException ? error.message : undefined;

/** A query error with Loki's message. */
export class LogqlError extends Error {}

/** Source: Loki, pkg/logql/syntax: the parser's message for an unexpected token. */
const unexpectedToken = (text: string, index: number, expecting?: string): LogqlError => {
  const rest = text.slice(index);
  const col = index + 1;
  const word = /^[a-zA-Z_]/.test(rest) ? 'IDENTIFIER' : rest.startsWith('"') ? 'STRING' : rest[0];
  const what = `syntax error: unexpected ${rest === '' ? '$end' : word}${expecting === undefined ? '' : `, expecting ${expecting}`}`;
  return new LogqlError(text === '' ? `parse error : ${what}` : `parse error at line 1, col ${col}: ${what}`);
};

const emptyMatcherError = new LogqlError(
  'parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will',
);

const named: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** Source: Go, strconv.Unquote. */
const unquoted = (body: string): string =>
  body.replaceAll(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|(.))/g, (_, byte, unit, char: string) =>
    char === undefined ? String.fromCharCode(Number.parseInt(byte ?? unit, 16)) : (named[char] ?? char),
  );

/** Reads a query from start to end; white space between tokens is skipped. */
class Cursor {
  readonly text: string;
  #at = 0;

  constructor(text: string) {
    this.text = text;
    this.#skip();
  }

  get place(): number {
    return this.#at;
  }

  get isOver(): boolean {
    return this.#at >= this.text.length;
  }

  sees(word: string): boolean {
    return this.text.startsWith(word, this.#at);
  }

  /** Consumes a token if it is next. */
  take(word: string): boolean {
    if (!this.sees(word)) return false;
    this.#go(word.length);
    return true;
  }

  need(word: string): void {
    if (!this.take(word)) throw this.unexpected();
  }

  oneOf(words: readonly string[]): string | undefined {
    return words.find((word) => this.take(word));
  }

  name(expecting?: string): string {
    return this.#match(/[a-zA-Z_]\w*/y, expecting);
  }

  string(expecting: string): string {
    const written = this.#match(/"(?:[^"\\\n]|\\.)*"|`[^`]*`/y, expecting);
    const body = written.slice(1, -1);
    return written.startsWith('`') ? body : unquoted(body);
  }

  /** '[5m]' in ms. */
  duration(): number {
    const begin = this.#at;
    const ms = parseDuration(this.#match(/\[[^\]]*\]/y).slice(1, -1));
    if (ms === undefined) throw unexpectedToken(this.text, begin);
    return ms;
  }

  /** Consumes pipeline stages that a pattern (sticky) matches. */
  stages(pattern: RegExp): void {
    this.#match(pattern);
  }

  unexpected(expecting?: string): LogqlError {
    return unexpectedToken(this.text, this.#at, expecting);
  }

  #match(pattern: RegExp, expecting?: string): string {
    pattern.lastIndex = this.#at;
    const [token] = pattern.exec(this.text) ?? [];
    if (token === undefined) throw this.unexpected(expecting);
    this.#go(token.length);
    return token;
  }

  #go(length: number): void {
    this.#at += length;
    this.#skip();
  }

  #skip(): void {
    while (/\s/.test(this.text[this.#at] ?? '')) this.#at += 1;
  }
}

/** Stream selector and line filters. */
export interface LogQuery {
  selects(labels: StreamLabels): boolean;
  passes(line: string): boolean;
}

/** Count of lines over a range. */
export interface MetricQuery {
  readonly of: LogQuery;
  readonly overMs: number;
  /** True: per second (rate). */
  readonly isRate: boolean;
  /** True: 0 where no line matches (`or vector(0)`). */
  readonly orZero?: boolean;
  /** True: the time of the newest line in ms, which a template writes into a label. */
  readonly isNewestTime?: boolean;
  /** Absent: one series per stream. Otherwise one per label set; without labels, one in total. */
  readonly sumBy?: readonly string[];
}

export type LogqlQuery = ({ readonly is: 'log' } & LogQuery) | ({ readonly is: 'metric' } & MetricQuery);

type Test = (text: string) => boolean;

const matchTests: Readonly<Record<string, (value: string) => Test>> = {
  '=': (value) => (text) => text === value,
  '!=': (value) => (text) => text !== value,
  '=~': (value) => whole(value, true),
  '!~': (value) => whole(value, false),
};

const whole = (value: string, isEqual: boolean): Test => {
  const regex = regexOf(value, (why) => `parse error : ${why}`);
  return (text) => regex.isWhole(text) === isEqual;
};

const regexOf = (value: string, words: (why: string) => string): Re2Pattern => {
  try {
    return re2(value);
  } catch (error) {
    const why = re2Problem(error);
    if (why === undefined) throw error;
    throw new LogqlError(words(why));
  }
};

const selectorAt = (cursor: Cursor): LogQuery['selects'] => {
  cursor.need('{');
  const tests: { readonly name: string; readonly test: Test }[] = [];
  let isNarrow = false;
  if (!cursor.take('}'))
    for (;;) {
      const name = cursor.name(tests.length === 0 ? 'IDENTIFIER or }' : 'IDENTIFIER');
      const operator = cursor.oneOf(['=~', '!~', '!=', '=']);
      if (operator === undefined) throw cursor.unexpected('= or != or =~ or !~');
      const value = cursor.string('STRING');
      const test = matchTests[operator]?.(value) ?? (() => false);
      isNarrow ||= !operator.startsWith('!') && !test('');
      tests.push({ name, test });
      if (cursor.take('}')) break;
      if (!cursor.take(',')) throw cursor.unexpected('} or ,');
    }
  if (!isNarrow) throw emptyMatcherError;
  return (labels) => tests.every(({ name, test }) => test(labels[name] ?? ''));
};

const lineTest = (operator: string, value: string, stage: string): Test => {
  if (operator === '|=') return (line) => line.includes(value);
  if (operator === '!=') return (line) => !line.includes(value);
  const regex = regexOf(value, (why) => `parse error : stage '${stage}' : ${why}`);
  return (line) => regex.test(line) === (operator === '|~');
};

const logQueryAt = (cursor: Cursor): LogQuery => {
  const selects = selectorAt(cursor);
  const begin = cursor.place;
  const tests: Test[] = [];
  for (;;) {
    const operator = cursor.oneOf(['|=', '|~', '!=', '!~']);
    if (operator === undefined) break;
    const value = cursor.string('STRING or ip');
    tests.push(lineTest(operator, value, cursor.text.slice(begin, cursor.place).trim()));
  }
  return { selects, passes: (line) => tests.every((test) => test(line)) };
};

const rangeAt = (cursor: Cursor): Omit<MetricQuery, 'sumBy'> => {
  const isRate = cursor.take('rate');
  if (!isRate && !cursor.take('count_over_time')) throw cursor.unexpected();
  cursor.need('(');
  const of = logQueryAt(cursor);
  const overMs = cursor.duration();
  cursor.need(')');
  return { of, overMs, isRate };
};

const newestTimeStages =
  /\|\s*label_format (\w+)=`\{\{ __timestamp__ \| unixEpochMillis \}\}`\s*\|\s*unwrap \1\s*/y;

/** The only unwrapped value that is supported: the time of a line. */
const newestTimeAt = (cursor: Cursor): MetricQuery => {
  cursor.need('(');
  const of = logQueryAt(cursor);
  cursor.stages(newestTimeStages);
  const overMs = cursor.duration();
  cursor.need(')');
  return { of, overMs, isRate: false, isNewestTime: true, ...defined({ sumBy: byAt(cursor) }) };
};

const byAt = (cursor: Cursor): readonly string[] | undefined => {
  if (!cursor.take('by')) return undefined;
  cursor.need('(');
  const names: string[] = [];
  while (!cursor.take(')')) {
    names.push(cursor.name());
    cursor.take(',');
  }
  return names;
};

const metricAt = (cursor: Cursor): MetricQuery => {
  const query = aggregationAt(cursor);
  if (!cursor.take('or')) return query;
  for (const word of ['vector', '(', '0', ')']) cursor.need(word);
  return { ...query, orZero: true };
};

const aggregationAt = (cursor: Cursor): MetricQuery => {
  if (cursor.take('max_over_time')) return newestTimeAt(cursor);
  if (!cursor.take('sum')) return rangeAt(cursor);
  const before = byAt(cursor);
  cursor.need('(');
  const range = rangeAt(cursor);
  cursor.need(')');
  return { ...range, sumBy: before ?? byAt(cursor) ?? [] };
};

/** Parses the supported LogQL: selectors, line filters and their counts. Throws LogqlError. */
export const parseLogql = (text: string): LogqlQuery => {
  const cursor = new Cursor(text);
  if (cursor.isOver) throw unexpectedToken('', 0);
  const query: LogqlQuery = cursor.sees('{')
    ? { is: 'log', ...logQueryAt(cursor) }
    : { is: 'metric', ...metricAt(cursor) };
  if (!cursor.isOver) throw cursor.unexpected();
  return query;
};
