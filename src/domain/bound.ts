import { count } from './format.ts';

/** 'OP NUMBER' or 'OP WORD': `>=500`, `<95`, `!= closed`. */
export interface Bound {
  readonly op: Comparison;
  readonly value: number | string;
}

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

const comparisons: ReadonlySet<string> = new Set<Comparison>(['=', '!=', '<', '<=', '>', '>=']);
const isComparison = (text: string): text is Comparison => comparisons.has(text);

/** What people write for a comparison, and what they mean. */
const spellings: Readonly<Record<string, Comparison>> = {
  '==': '=',
  '===': '=',
  '=>': '>=',
  '≥': '>=',
  '>>': '>',
  '=<': '<=',
  '≤': '<=',
  '<<': '<',
  '<>': '!=',
  '≠': '!=',
  '!': '!=',
  '': '>=',
};

const isNumber = (text: string): boolean => /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text);

/** '1,000', '1_000' and '5ms' as the number they mean; undefined when no number is in it. */
const nearNumber = (text: string): string | undefined => {
  const plain = text.replaceAll(/(?<=\d)[,_ ](?=\d{3})/g, '');
  const number = /^([+-]?\d+(?:\.\d+)?)\s*(?:%|[a-zA-Zµ/]+)?$/.exec(plain)?.[1];
  return number !== undefined && number !== text ? number : undefined;
};

const no = (text: string, todo: string): { error: string } => ({ error: `"${text}" is no bound; ${todo}` });

/**
 * 'OP NUMBER' or 'OP WORD' as a bound: '>=500', '<95', '!= closed'. Words are compared with = and != only.
 * The error says what is there and what to write: '">>5" is no bound; write ">5"'.
 */
export const parseBound = (text: string): Bound | { error: string } => {
  const [, op = '', rest = ''] = /^\s*([=!<>≥≤≠]*)\s*(.*?)\s*$/s.exec(text) ?? [];
  if (rest === '') return no(text, 'write a comparison and a number or a word: ">=500", "!= closed"');
  const meant = isComparison(op) ? op : spellings[op];
  if (meant === undefined) return no(text, `write one of = != < <= > >= before ${rest}`);
  const number = isNumber(rest) ? rest : nearNumber(rest);
  if (number !== undefined) {
    if (number !== rest) return no(text, `the number stands alone; write "${meant}${number}"`);
    return isComparison(op) ? { op, value: Number(number) } : no(text, `write "${meant}${number}"`);
  }
  if (!/^[\p{L}_][\p{L}\p{N}_ ./:-]*$/u.test(rest))
    return no(text, `"${rest}" is neither a number nor a word`);
  if (op === '=' || op === '!=') return { op, value: rest };
  return no(text, `a word is compared with = or !=; write "= ${rest}" or "!= ${rest}"`);
};

const signs: Readonly<Partial<Record<Comparison, string>>> = { '>=': '≥', '<=': '≤', '!=': '≠' };

/** A bound as a person reads it: '≥ 1,000', '≠ closed'; a number as `text` writes it. */
export const boundText = (
  { op, value }: Bound,
  text: (value: number) => string = (number) => count(number, 3),
): string => `${signs[op] ?? op} ${typeof value === 'number' ? text(value) : value}`;

const compare = <T extends number | string>(left: T, op: Comparison, right: T): boolean => {
  switch (op) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
};

/**
 * Whether a value is in a bound's reach; undefined when the two cannot be compared (a word against a number, NaN).
 * A number against a word bound is compared as it is written.
 */
export const holds = ({ op, value: limit }: Bound, value: number | string): boolean | undefined => {
  if (typeof limit === 'string') return compare(String(value), op, limit);
  const number = typeof value === 'number' ? value : isNumber(value) ? Number(value) : Number.NaN;
  return Number.isNaN(number) ? undefined : compare(number, op, limit);
};
