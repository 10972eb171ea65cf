import type { Millis } from '../../domain/base/fault.ts';
import { PromqlParseError } from './ast.ts';

const unitMs: Readonly<Record<string, Millis>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** A duration of PromQL, '1h30m', in ms. */
export const durationMs = (text: string): Millis =>
  [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, figure, unit]) => sum + Number(figure) * (unitMs[unit ?? ''] ?? 0),
    0,
  );

export interface PromqlToken {
  readonly is: 'end' | 'number' | 'duration' | 'string' | 'identifier' | 'keyword' | 'sign';
  readonly text: string;
  readonly pos: number;
}

const keywords: ReadonlySet<string> = new Set([
  ...[
    'and',
    'or',
    'unless',
    'by',
    'without',
    'on',
    'ignoring',
    'group_left',
    'group_right',
    'offset',
    'bool',
  ],
  ...[
    'sum',
    'avg',
    'min',
    'max',
    'count',
    'topk',
    'bottomk',
    'quantile',
    'stddev',
    'stdvar',
    'count_values',
    'group',
  ],
]);

const blank = /(?:[ \t\n\r]|#[^\n]*)+/y;
const number = /0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|(?:inf|nan)\b/iy;
const duration = /(?:\d+(?:ms|[smhdwy]))+(?!\w)/y;
const badDuration = /\d+(?=[A-Za-z_])/y;
const word = /[A-Za-z_:][\w:]*/y;
const text = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/y;
const sign = /=~|!~|==|!=|<=|>=|[-+*/%^=<>(){}[\],:@]/y;

/** Splits a query into tokens on demand, so that an error is reported only when the parser reaches it. */
export class Lexer {
  readonly #query: string;
  #pos = 0;
  #parens = 0;
  #inBraces = false;

  constructor(query: string) {
    this.#query = query;
  }

  fail(pos: number, why: string): never {
    throw new PromqlParseError(this.#query, pos, why);
  }

  next(): PromqlToken {
    this.#take(blank);
    const pos = this.#pos;
    if (pos >= this.#query.length) return this.#end(pos);
    const quoted = this.#take(text);
    if (quoted !== undefined) return { is: 'string', text: unquoted(quoted), pos };
    if (/["'`]/.test(this.#query[pos] ?? '')) this.fail(pos, 'unterminated quoted string');
    const long = this.#inBraces ? undefined : this.#take(duration);
    if (long !== undefined) return { is: 'duration', text: long, pos };
    const wrong = this.#inBraces || /^0x/i.test(this.#query.slice(pos)) ? undefined : this.#peek(badDuration);
    if (wrong !== undefined && !/^\d+e[+-]?\d/i.test(this.#query.slice(pos)))
      this.fail(pos, `bad duration syntax: "${wrong}"`);
    const figure = this.#inBraces ? undefined : this.#take(number);
    if (figure !== undefined) return { is: 'number', text: figure, pos };
    const name = this.#take(word);
    if (name !== undefined) {
      const isKeyword = !this.#inBraces && keywords.has(name.toLowerCase());
      return { is: isKeyword ? 'keyword' : 'identifier', text: isKeyword ? name.toLowerCase() : name, pos };
    }
    return this.#sign(pos);
  }

  #sign(pos: number): PromqlToken {
    const signText = this.#take(sign);
    const char = this.#query[pos] ?? '';
    if (signText === undefined || (this.#inBraces && !/^(?:=~|!~|!=|[=,}])$/.test(signText)))
      this.fail(pos, `unexpected character${this.#inBraces ? ' inside braces' : ''}: '${char}'`);
    if (signText === '(') this.#parens += 1;
    if (signText === ')') this.#parens -= 1;
    if (this.#parens < 0) this.fail(pos + 1, "unexpected right parenthesis ')'");
    if (signText === '{' || signText === '}') this.#inBraces = signText === '{';
    return { is: 'sign', text: signText, pos };
  }

  #end(pos: number): PromqlToken {
    if (this.#inBraces) this.fail(pos, 'unexpected end of input inside braces');
    if (this.#parens > 0) this.fail(pos, 'unclosed left parenthesis');
    return { is: 'end', text: '', pos };
  }

  #peek(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#pos;
    return pattern.exec(this.#query)?.[0];
  }

  #take(pattern: RegExp): string | undefined {
    const token = this.#peek(pattern);
    if (token !== undefined) this.#pos += token.length;
    return token;
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
const unquoted = (quoted: string): string => {
  const inner = quoted.slice(1, -1);
  return quoted.startsWith('`') ? inner : inner.replace(/\\(.)/g, (_, char: string) => escapes[char] ?? char);
};
