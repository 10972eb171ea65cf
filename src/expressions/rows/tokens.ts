import type { Millis } from '../../domain/base/fault.ts';
import type { Comparison } from '../../domain/facts/bound-hints.ts';
import type { Matcher } from '../../domain/regex/matcher.ts';
import { compilePattern } from '../../domain/regex/pattern.ts';
import { parseDuration } from '../../domain/text/duration.ts';

const comparisons: readonly Comparison[] = ['=', '!=', '<', '<=', '>', '>='];

/** Maximum nesting of brackets and `not`; a limit against stack overflow. */
const deepest = 100;

const shown = (token: ExpressionToken): string => (token.is === 'end' ? 'the end' : `"${token.text}"`);

/** A cursor over the tokens of an expression. Every `take` advances or throws ExpressionError with the column. */
export class TokenCursor {
  readonly #text: string;
  readonly #tokens: readonly ExpressionToken[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  get token(): ExpressionToken {
    return this.ahead(0);
  }

  ahead(steps: number): ExpressionToken {
    const last = { is: 'end', col: this.#text.length + 1, end: this.#text.length + 1, text: '' } as const;
    return this.#tokens[this.#at + steps] ?? this.#tokens.at(-1) ?? last;
  }

  next(): ExpressionToken {
    const { token } = this;
    this.#at++;
    return token;
  }

  fail(message: string, token: ExpressionToken = this.token): never {
    throw new ExpressionError(token.col, message);
  }

  isSign(text: string, steps = 0): boolean {
    const token = this.ahead(steps);
    return token.is === 'sign' && token.text === text;
  }

  isWord(text: string): boolean {
    return this.token.is === 'word' && this.token.text === text;
  }

  /** Takes a nested part. */
  deeper<T>(take: () => T): T {
    if (++this.#depth > deepest)
      this.fail(`the expression has more than ${deepest} nested brackets and not. Write a shorter condition`);
    const taken = take();
    this.#depth--;
    return taken;
  }

  /** Skips a word if it is next. */
  skipWord(text: string): boolean {
    const isNext = this.isWord(text);
    if (isNext) this.#at++;
    return isNext;
  }

  skipSign(text: string): boolean {
    const isNext = this.isSign(text);
    if (isNext) this.#at++;
    return isNext;
  }

  takeSign(text: string, where: string): void {
    if (!this.skipSign(text))
      this.fail(
        this.token.is === 'end'
          ? `${text} is missing at the end of ${where}. Write ${text}`
          : `expected ${text} in ${where}, found ${shown(this.token)}. Write ${text} before it`,
      );
  }

  takeComparison(after: string): Comparison {
    const { token } = this;
    const op = token.is === 'sign' ? comparisons.find((comparison) => comparison === token.text) : undefined;
    if (op === undefined)
      this.fail(`${after} needs a comparison, found ${shown(token)}. Write one of = != < <= > >=`);
    this.#at++;
    return op;
  }

  takeDuration(): Millis {
    const { token } = this;
    const ms = parseDuration(token.text);
    if (ms === undefined || token.is === 'string') {
      const example = token.is === 'number' ? `${token.text}s` : '30s or 5m';
      this.fail(`for needs a duration, found ${shown(token)}. Write ${example}`);
    }
    this.#at++;
    return ms;
  }

  /** Returns the source text from one token up to, but not including, the current one. */
  textSince(token: ExpressionToken): string {
    const last = this.#tokens[this.#at - 1] ?? token;
    return this.#text.slice(token.col - 1, last.end - 1);
  }
}

/** Thrown only inside the parser; `parseExpression` turns it into a value. `col` is 1-based. */
export class ExpressionError extends Error {
  readonly col: number;
  constructor(col: number, message: string) {
    super(message);
    this.name = 'ExpressionError';
    this.col = col;
  }
}

const endOf = (text: string, start: number): number => {
  let inClass = false;
  for (let index = start + 1; index < text.length; index++) {
    const character = text[index];
    if (character === '\\') index++;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '/' && !inClass) return index;
  }
  throw new ExpressionError(start + 1, 'the pattern is not closed. Add / at the end');
};

/** Why a pattern cannot be used, from the message of the engine: 'Invalid regular expression: /(/: Unterminated group'. */
const patternProblem = (message: string): string =>
  message.startsWith('Invalid regular expression')
    ? `the pattern is not a regular expression (${(message.split(': ').at(-1) ?? '').toLowerCase()}). Escape special characters with \\`
    : message;

/** Reads /source/flags at a position; `end` is the index after it. Throws ExpressionError. */
const readPattern = (text: string, start: number): { readonly pattern: Matcher; readonly end: number } => {
  const close = endOf(text, start);
  const flags = /^[a-z]*/.exec(text.slice(close + 1))?.[0] ?? '';
  if (!/^[imsu]*$/.test(flags))
    throw new ExpressionError(close + 2, `"${flags}" is not valid after a pattern. Flags: i, m, s and u`);
  const pattern = compilePattern(text.slice(start + 1, close), flags);
  if (typeof pattern === 'string') throw new ExpressionError(start + 1, patternProblem(pattern));
  return { pattern, end: close + 1 + flags.length };
};

/** One token; `col` is the 1-based column of its first character, `end` the column after its last one. */
export type ExpressionToken = { readonly col: number; readonly end: number; readonly text: string } & (
  | { readonly is: 'word' | 'number' | 'string' | 'param' | 'before' | 'sign' | 'end' }
  | { readonly is: 'pattern'; readonly pattern: Matcher }
);

const forms = {
  space: /\s+/y,
  // `${each}` is the value of a loop iteration.
  param: /\$\{(?:param\.([A-Za-z_][\w-]*)|(each))\}/y,
  before: /\$\{before\}/y,
  // A word may start with a digit (30s, 5xx.rate) and contain dots and dashes (api.latency, half-open).
  word: /-?\d+(?:\.\d+)?(?![\p{L}\p{N}_.-])|[\p{L}\p{N}_][\p{L}\p{N}_.-]*/uy,
  string: /"((?:[^"\\]|\\.)*)"/y,
  sign: /[=!<>≥≤≠&|]=|[<>]>|&&|\|\||[()[\]|,=<>≥≤≠]/y,
} as const;

const wrongSigns: Readonly<Record<string, string>> = {
  '==': '=',
  '<>': '!=',
  '>>': '>',
  '≥': '>=',
  '≤': '<=',
  '≠': '!=',
  '&&': 'and',
  '||': 'or',
};

const lead = (text: string, index: number): string => {
  const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
  if (character === '"') return 'the quoted text is not closed. Add " at the end';
  if (character === "'") return 'unexpected single quote. Put the text in double quotes: "…"';
  if (character === '$') return `unexpected $. Write \${param.NAME} or \${before}`;
  if (character === '!') return 'unexpected !. Write not, or != to compare';
  if (character === '/')
    return 'unexpected /. Put text with / in double quotes, or write matches before a pattern';
  if (character === '%') return 'unexpected %. Write the number without a unit';
  return `unexpected "${character}". Put text in double quotes`;
};

const stringToken = (col: number, end: number, body: string): ExpressionToken => {
  const text = body.replaceAll(/\\(.)/g, '$1');
  if (body === '${before}') return { is: 'before', col, end, text: body };
  const whole = /^\$\{(?:param\.([A-Za-z_][\w-]*)|(each))\}$/.exec(body);
  if (whole !== null) return { is: 'param', col, end, text: whole[1] ?? whole[2] ?? '' };
  if (/\$\{(param\.|each\}|before\})/.test(body))
    throw new ExpressionError(col, `a parameter cannot be part of a text. Write "\${param.NAME}" alone`);
  return { is: 'string', col, end, text };
};

const next = (text: string, index: number, last: ExpressionToken | undefined): ExpressionToken => {
  const col = index + 1;
  const match = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = index;
    return form.exec(text);
  };
  if (last?.is === 'word' && last.text === 'matches' && text[index] === '/') {
    const { pattern, end } = readPattern(text, index);
    return { is: 'pattern', col, end: end + 1, text: text.slice(index, end), pattern };
  }
  const param = match(forms.param);
  if (param) return { is: 'param', col, end: col + param[0].length, text: param[1] ?? param[2] ?? '' };
  const before = match(forms.before);
  if (before) return { is: 'before', col, end: col + before[0].length, text: before[0] };
  const string = match(forms.string);
  if (string) return stringToken(col, col + string[0].length, string[1] ?? '');
  const word = match(forms.word)?.[0];
  if (word !== undefined) {
    const is = /^-?\d+(\.\d+)?$/.test(word) ? 'number' : 'word';
    return { is, col, end: col + word.length, text: word };
  }
  const sign = match(forms.sign)?.[0];
  if (sign === undefined) throw new ExpressionError(col, lead(text, index));
  const meant = wrongSigns[sign];
  if (meant !== undefined) throw new ExpressionError(col, `unexpected "${sign}". Write ${meant}`);
  return { is: 'sign', col, end: col + sign.length, text: sign };
};

/** Splits an expression into tokens, followed by an `end` token. Throws ExpressionError. */
export const tokenize = (text: string): readonly ExpressionToken[] => {
  const tokens: ExpressionToken[] = [];
  let index = 0;
  for (;;) {
    forms.space.lastIndex = index;
    index += forms.space.exec(text)?.[0].length ?? 0;
    if (index >= text.length) break;
    const token = next(text, index, tokens.at(-1));
    tokens.push(token);
    index = token.end - 1;
  }
  return [...tokens, { is: 'end', col: index + 1, end: index + 1, text: '' }];
};
