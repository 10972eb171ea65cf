import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { parseDuration } from '../../domain/text/duration.ts';

/** A selector of series in a query: 'errors{job="orders"}'. */
export interface QuerySelector {
  /** The selector without its range. */
  readonly text: string;
  readonly metric: string;
  /** The call directly around a range selector, if that is its only argument: 'rate(errors[5m])'. */
  readonly call?: string;
  /** The functions and aggregations around it, outermost first. */
  readonly within: readonly string[];
  /** The time over which it looks back: its range, or that of a subquery around it. Absent: it shows the newest value. */
  readonly windowMs?: Millis;
  /** True: it reads another time than now (`offset`, `@`), so that nothing of now is missing from it. */
  readonly isPast: boolean;
}

/** The parts of a query that decide from which series its value is computed. */
export interface ScannedQuery {
  readonly selectors: readonly QuerySelector[];
  readonly aggregations: number;
  /** True: a comparison or a set operator drops series by their value, or by others. */
  readonly isFiltered: boolean;
  /** The aggregation that computes the whole query, and what it aggregates. Absent: more is computed, or nothing is aggregated. */
  readonly whole?: { readonly op: string; readonly of: string };
}

/** Source: Prometheus docs, aggregation operators. */
const aggregations: ReadonlySet<string> = new Set([
  ...['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar', 'quantile', 'count_values'],
  ...['topk', 'bottomk', 'limitk', 'limit_ratio'],
]);
const groupings: ReadonlySet<string> = new Set([
  ...['by', 'without', 'on', 'ignoring', 'group_left', 'group_right'],
]);
const setOperators: ReadonlySet<string> = new Set(['and', 'or', 'unless']);
const otherWords: ReadonlySet<string> = new Set(['bool', 'offset', 'inf', 'nan', 'start', 'end', 'atan2']);

const string = String.raw`"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\`[^\`]*\``;
const token = new RegExp(
  [
    String.raw`(?<blank>(?:\s|#[^\n]*)+)`,
    `(?<string>${string})`,
    String.raw`(?<number>0[xX][0-9a-fA-F]+|\d[\w.]*(?:(?<=[eE])[+-]\d+)?|\.\d+)`,
    String.raw`(?<braces>\{(?:${string}|[^{}"'\`])*\})`,
    String.raw`(?<range>\[[^[\]]*\])`,
    String.raw`(?<word>[a-zA-Z_:][\w:]*)`,
    '(?<sign>==|!=|>=|<=|[-+*/%^<>(),@])',
  ].join('|'),
  'y',
);

type TokenKind = 'string' | 'number' | 'braces' | 'range' | 'word' | 'sign';

interface Token {
  readonly is: TokenKind;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const tokensOf = (query: string): readonly Token[] | undefined => {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < query.length) {
    const from = token.lastIndex;
    const groups = token.exec(query)?.groups;
    if (groups === undefined) return undefined;
    const [is, text] = Object.entries(groups).find(([, value]) => value !== undefined) ?? ['blank', ''];
    if (is !== 'blank') tokens.push({ is: is as TokenKind, text, from, to: token.lastIndex });
  }
  return tokens;
};

/** A parenthesis, with the function or aggregation before it: '' for one that only groups. */
interface Call {
  readonly name: string;
  readonly from: number;
  /** Index of its first token. */
  readonly open: number;
  close: number;
}

/** The index of the parenthesis that closes the one at `open`; undefined: none does. */
const closingOf = (tokens: readonly Token[], open: number): number | undefined => {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    const { is, text } = tokens[index] ?? { is: 'sign', text: '' };
    if (is === 'sign' && text === '(') depth += 1;
    if (is === 'sign' && text === ')') depth -= 1;
    if (depth === 0) return index;
  }
  return undefined;
};

const rangeMs = (text: string): Millis => parseDuration(/^\[\s*([^:\]\s]*)/.exec(text)?.[1] ?? '') ?? 0;

const isSign = (givenToken: Token | undefined, ...texts: readonly string[]): boolean =>
  givenToken?.is === 'sign' && texts.includes(givenToken.text);

/** True when the tokens from `at` shift the time of what is before them. */
const isShifted = (givenToken: Token | undefined): boolean =>
  isSign(givenToken, '@') || (givenToken?.is === 'word' && givenToken.text.toLowerCase() === 'offset');

/** Walks over the tokens of a query once. */
class Scanner {
  readonly #query: string;
  readonly #tokens: readonly Token[];
  readonly #calls: Call[] = [];
  /** The function or aggregation whose parenthesis follows. */
  #named: { readonly name: string; readonly from: number } | undefined;
  readonly selectors: QuerySelector[] = [];
  aggregations = 0;
  isFiltered = false;
  /** The first call of the query, if it is not inside another one. */
  first: Call | undefined;

  constructor(query: string, tokens: readonly Token[]) {
    this.#query = query;
    this.#tokens = tokens;
  }

  /** Returns false when the parentheses do not match. */
  walk(): boolean {
    for (let index: number | undefined = 0; index < this.#tokens.length; index += 1) {
      index = this.#step(index);
      if (index === undefined) return false;
    }
    return this.#calls.length === 0;
  }

  /** Looks at one token; returns the index of the last one that belongs to it, undefined where parentheses do not match. */
  #step(index: number): number | undefined {
    const current = this.#tokens[index];
    if (isSign(current, '(')) return this.#open(index);
    if (isSign(current, ')')) return this.#calls.pop() === undefined ? undefined : index;
    if (current?.is === 'sign' && /^[=!<>]/.test(current.text)) this.isFiltered = true;
    if (current?.is === 'braces') return this.#takeSelector(index);
    return current?.is === 'word' ? this.#word(index, current) : index;
  }

  #open(index: number): number | undefined {
    const close = closingOf(this.#tokens, index);
    if (close === undefined) return undefined;
    const { name, from } = this.#named ?? { name: '', from: this.#tokens[index]?.from ?? 0 };
    this.#named = undefined;
    const call = { name, from, open: index, close };
    if (from === 0) this.first ??= call;
    this.#calls.push(call);
    return index;
  }

  #word(index: number, { text, from }: Token): number | undefined {
    const word = text.toLowerCase();
    const next = this.#tokens[index + 1];
    if (setOperators.has(word)) {
      this.isFiltered = true;
      return index;
    }
    if (groupings.has(word)) return isSign(next, '(') ? closingOf(this.#tokens, index + 1) : index;
    if (aggregations.has(word)) this.aggregations += 1;
    if (aggregations.has(word) || isSign(next, '(')) {
      this.#named = { name: aggregations.has(word) ? word : text, from };
      return index;
    }
    return otherWords.has(word) ? index : this.#takeSelector(index);
  }

  /** Takes the selector at this token; returns the index of its last one. */
  #takeSelector(index: number): number {
    const named = this.#tokens[index];
    const braces = this.#tokens[index + 1];
    const hasBraces = named?.is === 'word' && braces?.is === 'braces';
    const end = hasBraces ? index + 1 : index;
    const range = this.#tokens[end + 1]?.is === 'range' ? this.#tokens[end + 1] : undefined;
    const last = range === undefined ? end : end + 1;
    const subqueries = this.#calls.flatMap(({ close }) => {
      const after = this.#tokens[close + 1];
      return after?.is === 'range' ? [rangeMs(after.text)] : [];
    });
    const windows = [...(range === undefined ? [] : [rangeMs(range.text)]), ...subqueries];
    const call = this.#callAround(index, last, range !== undefined);
    const isPast =
      isShifted(this.#tokens[last + 1]) ||
      this.#calls.some(({ close }) => {
        const after = this.#tokens[close + 1];
        return isShifted(after?.is === 'range' ? this.#tokens[close + 2] : after);
      });
    this.selectors.push({
      text: this.#text(index, end),
      metric: named?.is === 'word' ? named.text : '',
      ...defined({ call }),
      within: this.#calls.flatMap(({ name }) => (name === '' ? [] : [name])),
      ...(windows.length === 0 ? {} : { windowMs: windows.reduce((sum, window) => sum + window, 0) }),
      isPast,
    });
    return last;
  }

  #callAround(position: number, last: number, isRange: boolean): string | undefined {
    const around = this.#calls.at(-1);
    const isAlone = around?.open === position - 1 && around.close === last + 1;
    if (!isRange || around === undefined || !isAlone || around.name === '') return undefined;
    return `${around.name}(${this.#text(position, last)})`;
  }

  #text(from: number, to: number): string {
    return this.#query.slice(this.#tokens[from]?.from ?? 0, this.#tokens[to]?.to ?? 0);
  }

  /** The first call, if nothing but its grouping follows it. */
  whole(): ScannedQuery['whole'] {
    const { first } = this;
    if (first === undefined || !aggregations.has(first.name)) return undefined;
    const after = this.#tokens[first.close + 1];
    const isGrouped = after?.is === 'word' && groupings.has(after.text.toLowerCase());
    const end = isGrouped ? closingOf(this.#tokens, first.close + 2) : first.close;
    if (end !== this.#tokens.length - 1) return undefined;
    return { op: first.name, of: this.#text(first.open + 1, first.close - 1) };
  }
}

/**
 * Finds the selectors of a query, and what is computed from them. Undefined: it is not PromQL as far as this scanner knows, which
 * the server reports. Source: Prometheus docs, querying basics and operators.
 */
export const scanQuery = (query: string): ScannedQuery | undefined => {
  const trimmed = query.trim();
  const tokens = tokensOf(trimmed);
  if (tokens === undefined) return undefined;
  const scanner = new Scanner(trimmed, tokens);
  if (!scanner.walk()) return undefined;
  const { selectors, aggregations: count, isFiltered } = scanner;
  const whole = scanner.whole();
  return { selectors, aggregations: count, isFiltered, ...defined({ whole }) };
};
