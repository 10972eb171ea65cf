import type { Comparison } from '../domain/bound.ts';
import { parseDuration } from '../domain/duration.ts';
import type { Millis } from '../domain/fault.ts';
import { ExpressionError } from './expression-error.ts';
import { type Token, tokenize } from './tokens.ts';

const comparisons: readonly Comparison[] = ['=', '!=', '<', '<=', '>', '>='];

/** Brackets and `not` inside each other; more would only exhaust the stack. */
const deepest = 100;

const shown = (token: Token): string => (token.is === 'end' ? 'the end' : `"${token.text}"`);

/** A place in the tokens of an expression. Every `take` moves on or throws ExpressionError with the column. */
export class Cursor {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  get token(): Token {
    return this.ahead(0);
  }

  ahead(steps: number): Token {
    const last = { is: 'end', col: this.#text.length + 1, end: this.#text.length + 1, text: '' } as const;
    return this.#tokens[this.#at + steps] ?? this.#tokens.at(-1) ?? last;
  }

  next(): Token {
    const { token } = this;
    this.#at++;
    return token;
  }

  fail(message: string, token: Token = this.token): never {
    throw new ExpressionError(token.col, message);
  }

  isSign(text: string, steps = 0): boolean {
    const token = this.ahead(steps);
    return token.is === 'sign' && token.text === text;
  }

  isWord(text: string): boolean {
    return this.token.is === 'word' && this.token.text === text;
  }

  /** Takes what stands inside of something else. */
  deeper<T>(take: () => T): T {
    if (++this.#depth > deepest) this.fail(`more than ${deepest} brackets and not inside each other`);
    const taken = take();
    this.#depth--;
    return taken;
  }

  /** Moves past a word if it is the next one. */
  skipWord(text: string): boolean {
    const found = this.isWord(text);
    if (found) this.#at++;
    return found;
  }

  skipSign(text: string): boolean {
    const found = this.isSign(text);
    if (found) this.#at++;
    return found;
  }

  takeSign(text: string, where: string): void {
    if (!this.skipSign(text)) this.fail(`${shown(this.token)} stands where ${where} needs ${text}`);
  }

  takeComparison(after: string): Comparison {
    const { token } = this;
    const op = token.is === 'sign' ? comparisons.find((one) => one === token.text) : undefined;
    if (op === undefined) this.fail(`${after} needs a comparison (= != < <= > >=), not ${shown(token)}`);
    this.#at++;
    return op;
  }

  takeDuration(): Millis {
    const { token } = this;
    const ms = parseDuration(token.text);
    if (ms === undefined || token.is === 'string') {
      const hint = token.is === 'number' ? `; write ${token.text}s` : '';
      this.fail(`for needs a duration (30s, 5m), not ${shown(token)}${hint}`);
    }
    this.#at++;
    return ms;
  }

  /** What was written from one token up to, not including, the present one. */
  textSince(token: Token): string {
    const last = this.#tokens[this.#at - 1] ?? token;
    return this.#text.slice(token.col - 1, last.end - 1);
  }
}
