import { defined } from '../../domain/base/defined.ts';
import { matcherOf as linearMatcher } from '../../domain/regex/matcher.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { AggregateGrouping, BinaryExpr, Expr, MatchOp, SeriesMatcher, VectorSelector } from './ast.ts';
import { aggregationOperators, functionSignatures } from './ast.ts';
import { checkTypes } from './check-types.ts';
import { durationMs, Lexer, type PromqlToken } from './lexer.ts';

/** A label matcher; patterns are anchored, as in Prometheus. Throws with the message of Go's regexp. */
const matcherOf = (name: string, op: MatchOp, value: string): SeriesMatcher => {
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

/** The lower level of the grammar: tokens, label lists, selectors. */
class SelectorParser {
  readonly #lexer: Lexer;
  #token: PromqlToken;

  constructor(query: string) {
    this.#lexer = new Lexer(query);
    this.#token = this.#lexer.next();
  }

  /** The lookahead token. */
  protected get token(): PromqlToken {
    return this.#token;
  }

  protected readonly fail = (pos: number, why: string): never => this.#lexer.fail(pos, why);

  protected advance(): PromqlToken {
    const taken = this.#token;
    this.#token = this.#lexer.next();
    return taken;
  }

  protected isSign(text: string): boolean {
    return this.#token.is === 'sign' && this.#token.text === text;
  }

  protected takeKeyword(text: string): boolean {
    const isKeyword = this.#token.is === 'keyword' && this.#token.text === text;
    if (isKeyword) this.advance();
    return isKeyword;
  }

  protected expectSign(text: string, where?: string, expected?: string): void {
    if (!this.isSign(text)) this.unexpected(where, expected);
    this.advance();
  }

  /** Prometheus' message for an unexpected token. */
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
    const base: VectorSelector = {
      is: 'selector',
      pos,
      matchers,
      ...defined({ metric }),
    };
    const ranged = this.isSign('[') ? { ...base, rangeMs: this.#range() } : base;
    return this.#offset(ranged);
  }

  #matchers(): readonly SeriesMatcher[] {
    const where = 'in label matching';
    this.advance();
    const matchers: SeriesMatcher[] = [];
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

  #matcher(name: string, op: MatchOp, value: string, pos: number): SeriesMatcher {
    try {
      return matcherOf(name, op, value);
    } catch (error) {
      return this.fail(pos, errorMessage(error));
    }
  }

  #range(): number {
    this.advance();
    if (this.#token.is !== 'duration') this.unexpected('in subquery selector', 'duration');
    const { text, pos } = this.advance();
    if (durationMs(text) === 0) this.fail(pos, 'duration must be greater than 0');
    if (this.#token.text.startsWith(':'))
      this.fail(this.#token.pos, 'a subquery is not supported by the simulator');
    this.expectSign(']', 'in subquery or range selector', '"]"');
    return durationMs(text);
  }

  #offset(selector: VectorSelector): VectorSelector {
    if (this.isSign('@')) this.fail(this.#token.pos, 'the @ modifier is not supported by the simulator');
    if (!this.takeKeyword('offset')) return selector;
    if (selector.offsetMs !== undefined) this.fail(selector.pos, 'offset may not be set multiple times');
    const isBack = this.isSign('-');
    if (isBack) this.advance();
    if (this.#token.is !== 'duration') this.unexpected('in offset', 'duration');
    const ms = durationMs(this.advance().text);
    return this.#offset({ ...selector, offsetMs: isBack ? -ms : ms });
  }
}

/** A number of PromQL: decimal, hexadecimal, Inf or NaN. */
const numberOf = (text: string): number => {
  if (/^inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  return /^nan$/i.test(text) ? Number.NaN : Number(text);
};

/** Operator precedence; `^` is right-associative. Source: Prometheus' operator precedence. */
const binding: Readonly<Record<string, number>> = {
  or: 1,
  ...{ and: 2, unless: 2 },
  ...{ '==': 3, '!=': 3, '<': 3, '>': 3, '<=': 3, '>=': 3 },
  ...{ '+': 4, '-': 4 },
  ...{ '*': 5, '/': 5, '%': 5 },
  '^': 6,
};

const unsupported = (what: string): string => `${what} is not supported by the simulator`;

/** A parser for the supported part of PromQL. Unsupported syntax is reported like unknown syntax in Prometheus. */
class Parser extends SelectorParser {
  parse(): Expr {
    if (this.token.is === 'end') this.fail(0, 'no expression found in input');
    const expr = this.#expression(0);
    if (this.token.is !== 'end') this.unexpected();
    return expr;
  }

  #expression(least: number): Expr {
    let left = this.#unary();
    for (;;) {
      const op = this.token.text;
      const power = this.token.is === 'sign' || this.token.is === 'keyword' ? binding[op] : undefined;
      if (power === undefined || power <= least) return left;
      const opPos = this.advance().pos;
      const bool = this.takeKeyword('bool');
      const matching = this.#matching();
      const right = this.#expression(op === '^' ? power - 1 : power);
      const whole: BinaryExpr = { is: 'binary', op, left, right, bool, matching, pos: left.pos };
      checkTypes(whole, opPos, this.fail);
      left = whole;
    }
  }

  #matching(): BinaryExpr['matching'] {
    const word = this.token.text;
    if (this.token.is !== 'keyword' || (word !== 'on' && word !== 'ignoring'))
      return { on: false, labels: [] };
    this.advance();
    const labels = this.groupingLabels();
    if (this.token.is === 'keyword' && this.token.text.startsWith('group_'))
      this.fail(this.token.pos, unsupported(this.token.text));
    return { on: word === 'on', labels };
  }

  #unary(): Expr {
    const { pos, text, is } = this.token;
    if (is !== 'sign' || (text !== '-' && text !== '+')) return this.#primary();
    this.advance();
    const of = this.#expression(5);
    if (text === '+') return of;
    const whole: Expr = { is: 'negative', of, pos };
    checkTypes(whole, pos, this.fail);
    return whole;
  }

  #primary(): Expr {
    const expr = this.#atom();
    if (this.token.text === '[' && this.token.is === 'sign')
      this.fail(expr.pos, 'ranges only allowed for vector selectors');
    if (this.token.is === 'keyword' && this.token.text === 'offset' && expr.is !== 'selector')
      this.fail(
        expr.pos,
        'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
      );
    return expr;
  }

  #atom(): Expr {
    const { is, text, pos } = this.token;
    if (is === 'number') return { is: 'number', value: numberOf(this.advance().text), pos };
    if (is === 'string') return { is: 'string', value: this.advance().text, pos };
    if (is === 'sign' && text === '(') {
      this.advance();
      const of = this.#expression(0);
      this.expectSign(')');
      return { is: 'parens', of, pos };
    }
    if (is === 'sign' && text === '{') return this.selector(undefined);
    if (is === 'keyword' && aggregationOperators[text] !== undefined) return this.#aggregate();
    if (is === 'keyword' && /^(?:quantile|stddev|stdvar|count_values|group)$/.test(text))
      this.fail(pos, unsupported(text));
    if (is !== 'identifier') return this.unexpected();
    this.advance();
    return this.isSign('(') ? this.#call(text, pos) : this.selector({ text, pos });
  }

  #call(name: string, pos: number): Expr {
    if (functionSignatures[name] === undefined) this.fail(pos, `unknown function with name "${name}"`);
    const whole: Expr = { is: 'call', name, args: this.#arguments(), pos };
    checkTypes(whole, pos, this.fail);
    return whole;
  }

  #arguments(): readonly Expr[] {
    this.expectSign('(');
    const args: Expr[] = [];
    while (!this.isSign(')')) {
      args.push(this.#expression(0));
      if (!this.isSign(',')) break;
      this.advance();
    }
    this.expectSign(')');
    return args;
  }

  #aggregate(): Expr {
    const { text: op, pos } = this.advance();
    const before = this.#grouping();
    if (!this.isSign('(')) this.unexpected('in aggregation');
    const args = this.#arguments();
    const grouping = before ?? this.#grouping() ?? { by: true, labels: [] };
    const arity = aggregationOperators[op] === true ? 2 : 1;
    const [first, second] = args;
    const of = arity === 2 ? second : first;
    if (args.length !== arity || of === undefined)
      return this.fail(
        pos,
        args.length === 0
          ? 'no arguments for aggregate expression provided'
          : `wrong number of arguments for aggregate expression provided, expected ${arity}, got ${args.length}`,
      );
    const param = arity === 2 && first !== undefined ? { param: first } : {};
    const whole: Expr = { is: 'aggregate', op, of, ...param, grouping, pos };
    checkTypes(whole, pos, this.fail);
    return whole;
  }

  #grouping(): AggregateGrouping | undefined {
    const word = this.token.text;
    if (this.token.is !== 'keyword' || (word !== 'by' && word !== 'without')) return undefined;
    this.advance();
    return { by: word === 'by', labels: this.groupingLabels() };
  }
}

/** Parses a query; throws a ParseError with line and column. */
export const parsePromql = (query: string): Expr => new Parser(query).parse();
