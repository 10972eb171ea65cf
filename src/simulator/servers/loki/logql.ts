import { Cursor } from './cursor.ts';
import { LogqlError, noMatcher, unexpected } from './parse-error.ts';
import { type Re2Pattern, re2, re2Problem } from './re2.ts';
import type { Labels } from './store.ts';

/** Which streams, and which of their lines. */
export interface LogQuery {
  selects(labels: Labels): boolean;
  passes(line: string): boolean;
}

/** Lines over a range, counted. */
export interface MetricQuery {
  readonly of: LogQuery;
  readonly overMs: number;
  /** True: a second's part of them. */
  readonly isRate: boolean;
  /** Absent: a series per stream. Else one per set of values of these labels; none: one of all. */
  readonly sumBy?: readonly string[];
}

export type Query = ({ readonly is: 'log' } & LogQuery) | ({ readonly is: 'metric' } & MetricQuery);

type Test = (text: string) => boolean;

const matchTests: Readonly<Record<string, (value: string) => Test>> = {
  '=': (value) => (text) => text === value,
  '!=': (value) => (text) => text !== value,
  '=~': (value) => whole(value, true),
  '!~': (value) => whole(value, false),
};

const whole = (value: string, wanted: boolean): Test => {
  const regex = regexOf(value, (why) => `parse error : ${why}`);
  return (text) => regex.isWhole(text) === wanted;
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
  if (!isNarrow) throw noMatcher;
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
  if (!cursor.take('sum')) return rangeAt(cursor);
  const before = byAt(cursor);
  cursor.need('(');
  const range = rangeAt(cursor);
  cursor.need(')');
  return { ...range, sumBy: before ?? byAt(cursor) ?? [] };
};

/** A query within what is spoken here: selectors, line filters, and counts of them. Throws LogqlError. */
export const parseLogql = (text: string): Query => {
  const cursor = new Cursor(text);
  if (cursor.isOver) throw unexpected('', 0);
  const query: Query = cursor.sees('{')
    ? { is: 'log', ...logQueryAt(cursor) }
    : { is: 'metric', ...metricAt(cursor) };
  if (!cursor.isOver) throw cursor.unexpected();
  return query;
};
