import { RE2JS, RE2JSSyntaxException } from 're2js';

/** A pattern as the real server reads it: RE2, as in Go. */
export interface Re2Pattern {
  /** Whether it matches anywhere in a text. */
  test(text: string): boolean;
  /** Whether it matches all of a text; its dot takes line feeds, too. */
  isWhole(text: string): boolean;
}

/** Throws RE2JSSyntaxException, in Go's words, for what is no pattern of RE2. */
export const re2 = (source: string): Re2Pattern => {
  const anywhere = RE2JS.compile(source);
  const whole = RE2JS.compile(source, RE2JS.DOTALL);
  return { test: (text) => anywhere.test(text), isWhole: (text) => whole.matches(text) };
};

/** Why a pattern is none. */
export const re2Problem = (error: unknown): string | undefined =>
  error instanceof RE2JSSyntaxException ? error.message : undefined;
