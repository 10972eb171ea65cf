import { matcherOf as linearMatcher } from '../../domain/regex/matcher.ts';
import type { Expr, Matcher, MatchOp, Selector } from './ast.ts';
import { durationMs } from './duration.ts';
import { Lexer, type Token } from './lexer.ts';

/** A label matcher; a pattern is anchored, as Prometheus anchors it. Throws with the words of Go's regexp. */
const matcherOf = (name: string, op: MatchOp, value: string): Matcher => {
  if (op === '=') return { name, op, value, test: (text) => text === value };
  if (op === '!=') return { name, op, value, test: (text) => text !== value };
  const pattern = anchored(value);
  return { name, op, value, test: (text) => pattern.test(text) === (op === '=~') };
};

const anchored = (value: string): Pick<RegExp, 'test'> => {
  try {
    return linearMatcher(`^(?:${value})$`, 's');
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    const go = /unterminated group/i.test(why) ? 'missing closing )' : 'invalid pattern';
    throw new Error(`error parsing regexp: ${go}: \`^(?:${value})$\``);
  }
};

const isMatchOp = (text: string): text is MatchOp => ['=', '!=', '=~', '!~'].includes(text);

/** The lower half of the grammar: tokens, lists of labels, selectors. */
export class SelectorParser {
  readonly #lexer: Lexer;
  #token: Token;

  constructor(query: string) {
    this.#lexer = new Lexer(query);
    this.#token = this.#lexer.next();
  }

  /** The one that is looked at. */
  protected get token(): Token {
    return this.#token;
  }

  protected readonly fail = (pos: number, why: string): never => this.#lexer.fail(pos, why);

  protected advance(): Token {
    const taken = this.#token;
    this.#token = this.#lexer.next();
    return taken;
  }

  protected isSign(text: string): boolean {
    return this.#token.is === 'sign' && this.#token.text === text;
  }

  protected takeKeyword(text: string): boolean {
    const there = this.#token.is === 'keyword' && this.#token.text === text;
    if (there) this.advance();
    return there;
  }

  protected expectSign(text: string, where?: string, expected?: string): void {
    if (!this.isSign(text)) this.unexpected(where, expected);
    this.advance();
  }

  /** Prometheus' words for a token that fits nowhere. */
  protected unexpected(where?: string, expected?: string): never {
    const { is, text, pos } = this.#token;
    const named = { end: 'end of input', keyword: `<${text}>`, sign: `"${text}"` };
    const what = is === 'end' || is === 'keyword' || is === 'sign' ? named[is] : `${is} "${text}"`;
    const tail = `${where === undefined ? '' : ` ${where}`}${expected === undefined ? '' : `, expected ${expected}`}`;
    return this.fail(pos, `unexpected ${what}${tail}`);
  }

  protected groupingLabels(): readonly string[] {
    const where = 'in grouping opts';
    this.expectSign('(', where, '"("');
    const labels: string[] = [];
    while (!this.isSign(')')) {
      if (this.#token.is !== 'identifier' && this.#token.is !== 'keyword') this.unexpected(where, 'label');
      labels.push(this.advance().text);
      if (this.isSign(')')) break;
      this.expectSign(',', where, '"," or ")"');
    }
    this.advance();
    return labels;
  }

  protected selector(name: { readonly text: string; readonly pos: number } | undefined): Expr {
    const pos = name?.pos ?? this.#token.pos;
    const matchers = this.isSign('{') ? this.#matchers() : [];
    const named = matchers.find((matcher) => matcher.name === '__name__' && matcher.op === '=');
    if (name !== undefined && named !== undefined)
      this.fail(pos, `metric name must not be set twice: "${name.text}" or "${named.value}"`);
    if (name === undefined && matchers.every((matcher) => matcher.test('')))
      this.fail(pos, 'vector selector must contain at least one non-empty matcher');
    const metric = name?.text ?? named?.value;
    const base: Selector = { is: 'selector', pos, matchers, ...(metric === undefined ? {} : { metric }) };
    const ranged = this.isSign('[') ? { ...base, rangeMs: this.#range() } : base;
    return this.#offset(ranged);
  }

  #matchers(): readonly Matcher[] {
    const where = 'in label matching';
    this.advance();
    const matchers: Matcher[] = [];
    while (!this.isSign('}')) {
      const { is, text, pos } = this.#token;
      if (is !== 'identifier') this.unexpected(where, 'identifier or "}"');
      this.advance();
      const op = this.#token.text;
      if (!isMatchOp(op)) return this.unexpected(where, 'label matching operator');
      this.advance();
      if (this.#token.is !== 'string') this.unexpected(where, 'string');
      matchers.push(this.#matcher(text, op, this.advance().text, pos));
      if (this.isSign('}')) break;
      this.expectSign(',', where, '"," or "}"');
    }
    this.advance();
    return matchers;
  }

  #matcher(name: string, op: MatchOp, value: string, pos: number): Matcher {
    try {
      return matcherOf(name, op, value);
    } catch (error) {
      return this.fail(pos, error instanceof Error ? error.message : String(error));
    }
  }

  #range(): number {
    this.advance();
    if (this.#token.is !== 'duration') this.unexpected('in subquery selector', 'duration');
    const { text, pos } = this.advance();
    if (durationMs(text) === 0) this.fail(pos, 'duration must be greater than 0');
    if (this.#token.text.startsWith(':')) this.fail(this.#token.pos, 'a subquery is not in this world');
    this.expectSign(']', 'in subquery or range selector', '"]"');
    return durationMs(text);
  }

  #offset(selector: Selector): Selector {
    if (this.isSign('@')) this.fail(this.#token.pos, 'the @ modifier is not in this world');
    if (!this.takeKeyword('offset')) return selector;
    if (selector.offsetMs !== undefined) this.fail(selector.pos, 'offset may not be set multiple times');
    const isBack = this.isSign('-');
    if (isBack) this.advance();
    if (this.#token.is !== 'duration') this.unexpected('in offset', 'duration');
    const ms = durationMs(this.advance().text);
    return this.#offset({ ...selector, offsetMs: isBack ? -ms : ms });
  }
}
