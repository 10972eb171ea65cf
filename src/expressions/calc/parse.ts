import { sentenceCase } from '../../domain/text/sentence-case.ts';

/** One token; `at` is the index of its first character, `end` the index after its last. */
type CalcToken = { readonly at: number; readonly end: number; readonly text: string } & (
  | { readonly is: 'number' | 'name' | 'end' }
  | { readonly is: 'sign'; readonly sign: Sign | '(' | ')' | ',' }
);

/** Thrown only inside the parser; `parseCalc` turns it into a value. `col` is 1-based. */
class CalcError extends Error {
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

const stranger = (text: string, index: number): string => {
  const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
  if (character === '%') return '% is not an operator. Write a percentage as 100 * a / b';
  if (character === '^') return 'powers are not supported. Write a * a';
  if (character === '$') return 'name an operand without ${ }: a / b, with of: { a: SIGNAL, b: SIGNAL }';
  if (character === '"' || character === "'")
    return 'a calculation cannot contain text. Write numbers and names of signals';
  return `unexpected "${character}". A calculation takes numbers, names, + - * / ( ) min max raised`;
};

const next = (text: string, index: number): CalcToken => {
  const match = (form: RegExp): string | undefined => {
    form.lastIndex = index;
    return form.exec(text)?.[0];
  };
  const number = match(forms.number);
  if (number !== undefined) {
    const end = index + number.length;
    if (/[\w.]/.test(text[end] ?? ''))
      throw new CalcError(
        index + 1,
        `"${/^[\w.]+/.exec(text.slice(index))?.[0]}" is not a number. Write the number without a unit`,
      );
    if (!Number.isFinite(Number(number)))
      throw new CalcError(index + 1, `the number ${number} is too large to calculate with`);
    return { is: 'number', at: index, end, text: number };
  }
  const name = match(forms.name);
  if (name !== undefined) return { is: 'name', at: index, end: index + name.length, text: name };
  const character = text[index] ?? '';
  const sign = Object.hasOwn(signs, character) ? signs[character] : undefined;
  if (sign === undefined) throw new CalcError(index + 1, stranger(text, index));
  return { is: 'sign', at: index, end: index + 1, text: character, sign };
};

/** Splits a calculation into tokens, followed by an `end` token. Throws CalcError. */
const calcTokens = (text: string): readonly CalcToken[] => {
  const tokens: CalcToken[] = [];
  let index = 0;
  for (;;) {
    forms.space.lastIndex = index;
    index += forms.space.exec(text)?.[0].length ?? 0;
    if (index >= text.length) break;
    const token = next(text, index);
    tokens.push(token);
    index = token.end;
  }
  return [...tokens, { is: 'end', at: index, end: index, text: '' }];
};

export type Sign = '+' | '-' | '*' | '/';

/** A node of a parsed calculation. `text` of a divisor is its source text, for the division-by-0 message. */
export type CalcNode =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'operand'; readonly name: string }
  /** 1 while the level of an operand is warn or worse, else 0. */
  | { readonly is: 'raised'; readonly name: string }
  | { readonly is: 'minus'; readonly part: CalcNode }
  | {
      readonly is: 'binary';
      readonly sign: '+' | '-' | '*';
      readonly left: CalcNode;
      readonly right: CalcNode;
    }
  | { readonly is: 'divide'; readonly left: CalcNode; readonly right: CalcNode; readonly text: string }
  | { readonly is: 'call'; readonly name: 'min' | 'max'; readonly parts: readonly CalcNode[] };

/** A parsed calculation; operands are in order of first use. */
export interface Calc {
  readonly text: string;
  readonly root: CalcNode;
  readonly operands: readonly string[];
  /** True if it reads the level of an operand. */
  readonly readsLevels: boolean;
}

/** Maximum nesting of brackets; a limit against stack overflow. */
const deepest = 50;

const shown = (token: CalcToken): string => (token.is === 'end' ? 'the end' : `"${token.text}"`);

const isFunction = (text: string): text is 'min' | 'max' => text === 'min' || text === 'max';

/** A cursor over the tokens; every `take` advances or throws CalcError. */
class Reader {
  readonly #text: string;
  readonly #tokens: readonly CalcToken[];
  readonly #known: readonly string[] | undefined;
  readonly named: string[] = [];
  readsLevels = false;
  #at = 0;
  #depth = 0;

  constructor(text: string, known: readonly string[] | undefined) {
    this.#text = text;
    this.#tokens = calcTokens(text);
    this.#known = known;
  }

  get token(): CalcToken {
    return this.#tokens[this.#at] ?? { is: 'end', at: this.#text.length, end: this.#text.length, text: '' };
  }

  fail(message: string, token: CalcToken = this.token): never {
    throw new CalcError(token.at + 1, message);
  }

  skip(...signs: readonly string[]): string | undefined {
    const { token } = this;
    if (token.is !== 'sign' || !signs.includes(token.sign)) return undefined;
    this.#at++;
    return token.sign;
  }

  sum(): CalcNode {
    let left = this.product();
    for (let sign = this.skip('+', '-'); sign !== undefined; sign = this.skip('+', '-'))
      left = { is: 'binary', sign: sign === '+' ? '+' : '-', left, right: this.product() };
    return left;
  }

  product(): CalcNode {
    let left = this.signed();
    for (let sign = this.skip('*', '/'); sign !== undefined; sign = this.skip('*', '/')) {
      const from = this.token.at;
      const right = this.signed();
      const text = this.#text.slice(from, this.#tokens[this.#at - 1]?.end).replace(/^\((.*)\)$/s, '$1');
      left = sign === '*' ? { is: 'binary', sign, left, right } : { is: 'divide', left, right, text };
    }
    return left;
  }

  signed(): CalcNode {
    return this.deeper(() =>
      this.skip('-') === undefined ? this.atom() : { is: 'minus', part: this.signed() },
    );
  }

  atom(): CalcNode {
    const { token } = this;
    if (token.is === 'number') {
      this.#at++;
      return { is: 'number', value: Number(token.text) };
    }
    if (token.is === 'name') return this.name(token);
    if (this.skip('(') === undefined)
      this.fail(`expected a number or a signal, found ${shown(token)}. Write a name of of:, or a number`);
    const inside = this.sum();
    if (this.skip(')') === undefined)
      this.fail(`a bracket is not closed, found ${shown(this.token)}. Write )`);
    return inside;
  }

  name(token: CalcToken): CalcNode {
    this.#at++;
    if (this.token.is === 'sign' && this.token.sign === '(') return this.call(token);
    if (isFunction(token.text)) this.fail(`${token.text} is a function. Write ${token.text}(a, b)`, token);
    return { is: 'operand', name: this.operand(token) };
  }

  /** Notes the use of an operand, which `of` must list. */
  operand(token: CalcToken): string {
    if (this.#known !== undefined && !this.#known.includes(token.text)) {
      const hint =
        this.#known.length === 0
          ? 'the signal has no of:, so its calculation has no names. Add of: { a: SIGNAL }'
          : `valid: ${this.#known.join(', ')}`;
      this.fail(`of: lists no signal called ${token.text}. ${sentenceCase(hint)}`, token);
    }
    if (!this.named.includes(token.text)) this.named.push(token.text);
    return token.text;
  }

  raised(): CalcNode {
    this.skip('(');
    const { token } = this;
    if (token.is !== 'name')
      this.fail(`raised(…) needs the name of a signal, found ${shown(token)}. Write a name of of:`);
    this.#at++;
    const name = this.operand(token);
    if (this.skip(')') === undefined)
      this.fail(`raised(${name} is not closed, found ${shown(this.token)}. Write raised(${name})`);
    this.readsLevels = true;
    return { is: 'raised', name };
  }

  call({ text, ...token }: CalcToken): CalcNode {
    if (text === 'raised') return this.raised();
    if (!isFunction(text))
      this.fail(`unknown function ${text}(…). Use min(…), max(…) or raised(…)`, { ...token, text });
    this.skip('(');
    if (this.skip(')') !== undefined)
      this.fail(`${text}() needs at least one argument. Write min(a, b)`, { ...token, text });
    const parts = [this.sum()];
    while (this.skip(',') !== undefined) parts.push(this.sum());
    if (this.skip(')') === undefined)
      this.fail(`${text}(…) is not closed, found ${shown(this.token)}. Write , or )`);
    return { is: 'call', name: text, parts };
  }

  deeper(take: () => CalcNode): CalcNode {
    if (++this.#depth > deepest)
      this.fail(`more than ${deepest} nested brackets and signs. Split the calculation into two signals`);
    const taken = take();
    this.#depth--;
    return taken;
  }
}

/**
 * Parses a calculation: numbers, names, + - * / (also − × ÷), unary minus, brackets, min(…), max(…), raised(NAME). With
 * `known`, any other name is an error. `col` of an error is 1-based.
 */
export const parseCalc = (
  text: string,
  known?: readonly string[],
):
  | { readonly ok: true; readonly calc: Calc }
  | { readonly ok: false; readonly col: number; readonly message: string } => {
  try {
    const reader = new Reader(text, known);
    if (reader.token.is === 'end') reader.fail('the calculation is empty. Write 100 * a / b');
    const root = reader.sum();
    if (reader.token.is !== 'end') reader.fail(`unexpected ${shown(reader.token)}. Join with + - * /`);
    return { ok: true, calc: { text, root, operands: reader.named, readsLevels: reader.readsLevels } };
  } catch (error) {
    if (!(error instanceof CalcError)) throw error;
    return { ok: false, col: error.col, message: error.message };
  }
};
