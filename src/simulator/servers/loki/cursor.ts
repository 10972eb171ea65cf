import { parseDuration } from '../../../domain/duration.ts';
import { type LogqlError, unexpected } from './parse-error.ts';

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

/** Reads a query from its beginning to its end; white space between its words is passed over. */
export class Cursor {
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

  /** Passes over a word, if it stands here. */
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
    if (ms === undefined) throw unexpected(this.text, begin);
    return ms;
  }

  unexpected(expecting?: string): LogqlError {
    return unexpected(this.text, this.#at, expecting);
  }

  #match(pattern: RegExp, expecting?: string): string {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.text) ?? [];
    if (found === undefined) throw this.unexpected(expecting);
    this.#go(found.length);
    return found;
  }

  #go(length: number): void {
    this.#at += length;
    this.#skip();
  }

  #skip(): void {
    while (/\s/.test(this.text[this.#at] ?? '')) this.#at += 1;
  }
}
