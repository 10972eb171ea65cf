import type { Sign } from './ast.ts';

/** One token; `at` is the index of its first character, `end` the one behind its last. */
export type CalcToken = { readonly at: number; readonly end: number; readonly text: string } & (
  | { readonly is: 'number' | 'name' | 'end' }
  | { readonly is: 'sign'; readonly sign: Sign | '(' | ')' | ',' }
);

/** Thrown inside the parser only; `parseCalc` turns it into a value. `col` is 1-based. */
export class CalcError extends Error {
  readonly col: number;
  constructor(col: number, message: string) {
    super(message);
    this.name = 'CalcError';
    this.col = col;
  }
}

const signs: Readonly<Record<string, Sign | '(' | ')' | ','>> = {
  '+': '+',
  '-': '-',
  '−': '-',
  '–': '-',
  '*': '*',
  '×': '*',
  '·': '*',
  '/': '/',
  '÷': '/',
  '(': '(',
  ')': ')',
  ',': ',',
};

const forms = {
  space: /\s+/y,
  number: /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y,
  name: /[A-Za-z_]\w*/y,
} as const;

const stranger = (text: string, at: number): string => {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (character === '%') return 'a percentage is written out: 100 * a / b';
  if (character === '^') return 'there are no powers here: write a * a';
  if (character === '$')
    return 'an operand stands by its name alone: a / b, with of: { a: SIGNAL, b: SIGNAL }';
  if (character === '"' || character === "'") return 'texts cannot be calculated with';
  return `"${character}" does not belong here; a calculation has numbers, names, + - * / ( ) min max`;
};

const next = (text: string, at: number): CalcToken => {
  const match = (form: RegExp): string | undefined => {
    form.lastIndex = at;
    return form.exec(text)?.[0];
  };
  const number = match(forms.number);
  if (number !== undefined) {
    const end = at + number.length;
    if (/[\w.]/.test(text[end] ?? ''))
      throw new CalcError(
        at + 1,
        `"${/^[\w.]+/.exec(text.slice(at))?.[0]}" is no number; a number stands without its unit`,
      );
    if (!Number.isFinite(Number(number))) throw new CalcError(at + 1, `${number} is too large for a number`);
    return { is: 'number', at, end, text: number };
  }
  const name = match(forms.name);
  if (name !== undefined) return { is: 'name', at, end: at + name.length, text: name };
  const character = text[at] ?? '';
  const sign = Object.hasOwn(signs, character) ? signs[character] : undefined;
  if (sign === undefined) throw new CalcError(at + 1, stranger(text, at));
  return { is: 'sign', at, end: at + 1, text: character, sign };
};

/** The tokens of a calculation, an `end` behind the last one. Throws CalcError. */
export const calcTokens = (text: string): readonly CalcToken[] => {
  const tokens: CalcToken[] = [];
  let at = 0;
  for (;;) {
    forms.space.lastIndex = at;
    at += forms.space.exec(text)?.[0].length ?? 0;
    if (at >= text.length) break;
    const token = next(text, at);
    tokens.push(token);
    at = token.end;
  }
  return [...tokens, { is: 'end', at, end: at, text: '' }];
};
