import type { Millis } from '../../domain/base/fault.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import type { LokiSeriesAggregation } from './config.ts';
import { parseStreamSelector } from './selector.ts';

/** A range of log lines in a metric query. */
interface LogRange {
  /** '{app="orders"}' */
  readonly selector: string;
  /** The whole range aggregation: 'count_over_time({app="orders"} |= "ERROR" [5m])'. */
  readonly call: string;
  readonly function: string;
  readonly windowMs: Millis;
}

/** The streams from whose lines a metric query computes its value. */
export interface LogPartsPlan {
  /** The selectors of their streams. */
  readonly selectors: readonly string[];
  /** The counts of lines that it is computed from. Absent: a stream may count whatever its lines are. */
  readonly counts?: readonly string[];
  /** True: the value is the sum of the series of its only count. */
  readonly isSum: boolean;
  /** Labels by which the query groups, and those that its selectors name. */
  readonly labelNames: readonly string[];
  readonly windowMs: Millis;
}

/** A query whose streams are not read, and the reason. */
interface HiddenLogs {
  readonly hidden: string;
}

const tokenPattern = new RegExp(
  [
    String.raw`(?<string>"(?:\\.|[^"\\])*"|\`[^\`]*\`)`,
    String.raw`(?<comment>#[^\n]*)`,
    String.raw`(?<range>\[\s*\w+\s*\])`,
    String.raw`(?<word>[a-zA-Z_]\w*)`,
    String.raw`(?<other>[\s\S])`,
  ].join('|'),
  'y',
);

interface Token {
  readonly is: string;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const tokensOf = (query: string): readonly Token[] => {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < query.length) {
    const from = tokenPattern.lastIndex;
    const groups = tokenPattern.exec(query)?.groups ?? {};
    const [is, text] = Object.entries(groups).find(([, value]) => value !== undefined) ?? ['other', ' '];
    if (is !== 'comment' && text.trim() !== '') tokens.push({ is, text, from, to: from + text.length });
  }
  return tokens;
};

/** A parenthesis that is open, with the word before it. */
interface Open {
  readonly name: string;
  readonly from: number;
}

/** The end of the call that is open at a token; undefined: it is not closed. */
const endOfCall = (tokens: readonly Token[], index: number): number | undefined => {
  let depth = 1;
  for (const { is, text, to } of tokens.slice(index)) {
    if (is !== 'other') continue;
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    if (depth === 0) return to;
  }
  return undefined;
};

/** The range that begins with the brace at `index`, in a call; undefined: it is not understood. */
const rangeAt = (
  query: string,
  tokens: readonly Token[],
  index: number,
  call: Open | undefined,
): (LogRange & { readonly close: number }) | undefined => {
  const isClosing = ({ is, text }: Token): boolean => is === 'other' && text === '}';
  const close = tokens.findIndex((token, place) => place > index && isClosing(token));
  const range = close < 0 ? undefined : tokens.slice(close).find(({ is }) => is === 'range');
  const end = endOfCall(tokens, close + 1);
  const windowMs = parseDuration(range?.text.slice(1, -1).trim() ?? '');
  if (call === undefined || end === undefined || range === undefined || windowMs === undefined)
    return undefined;
  if (range.to > end) return undefined;
  return {
    selector: query.slice(tokens[index]?.from, tokens[close]?.to),
    call: query.slice(call.from, end),
    function: call.name,
    windowMs,
    close,
  };
};

/** The ranges of a query; undefined: one of them is not understood. */
const rangesOf = (query: string, tokens: readonly Token[]): readonly LogRange[] | undefined => {
  const open: Open[] = [];
  const ranges: LogRange[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const { is, text, from } = tokens[index] ?? { is: '', text: '', from: 0 };
    if (is !== 'other') continue;
    const before = tokens[index - 1];
    if (text === '(')
      open.push(before?.is === 'word' ? { name: before.text, from: before.from } : { name: '', from });
    if (text === ')') open.pop();
    if (text !== '{') continue;
    const range = rangeAt(query, tokens, index, open.at(-1));
    if (range === undefined) return undefined;
    ranges.push(range);
    index = range.close;
  }
  return ranges;
};

/** Aggregations of lines that add up: those of streams without such a line are 0. Source: Loki docs, log range aggregations. */
const countFunctions: ReadonlySet<string> = new Set([
  'count_over_time',
  'rate',
  'bytes_over_time',
  'bytes_rate',
]);

/** A query of nothing but a sum of one range, and 0 where no line matches. */
const sumOnly =
  /^(?:sum\s*(?:by\s*\([^()]*\)\s*)?\(\s*@\s*\)\s*(?:by\s*\([^()]*\))?|@)(?:\s*or\s+vector\s*\(\s*0(?:\.0*)?\s*\))?$/;

const groupedBy = (query: string): readonly string[] =>
  [...query.matchAll(/\bby\s*\(([^()]*)\)/g)].flatMap(([, names = '']) =>
    names.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()])),
  );

/** More selectors with each reading cost the server more than the value itself. */
const mostSelectors = 4;

/** Plans how to see from which log streams a metric query is computed. Undefined: it reads no logs, or is invalid, which the server reports. */
export const planLogParts = (
  query: string,
  fold?: LokiSeriesAggregation,
): LogPartsPlan | HiddenLogs | undefined => {
  const trimmed = query.trim();
  const ranges = rangesOf(trimmed, tokensOf(trimmed));
  if (ranges === undefined) return { hidden: 'the query has a form of LogQL that opsdeck cannot take apart' };
  const [only, ...others] = ranges;
  if (only === undefined) return undefined;
  if (/\bwithout\s*\(/.test(trimmed)) return { hidden: 'an aggregation that keeps no labels' };
  const selectors = [...new Set(ranges.map(({ selector }) => selector))];
  if (selectors.length > mostSelectors) return { hidden: `${selectors.length} selectors` };
  const isSum =
    others.length === 0 &&
    countFunctions.has(only.function) &&
    (fold === undefined || fold === 'sum') &&
    sumOnly.test(trimmed.replace(only.call, () => '@'));
  const named = selectors.flatMap((selector) =>
    (parseStreamSelector(selector) ?? []).map(({ name }) => name),
  );
  return {
    selectors,
    ...(ranges.every((range) => countFunctions.has(range.function))
      ? { counts: [...new Set(ranges.map(({ call }) => call))] }
      : {}),
    isSum,
    labelNames: [...new Set([...groupedBy(trimmed), ...named])],
    windowMs: Math.max(...ranges.map(({ windowMs }) => windowMs)),
  };
};
