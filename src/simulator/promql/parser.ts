import type { Binary, Expr, Grouping } from './ast.ts';
import { checkTypes } from './check-types.ts';
import { aggregations, signatures } from './known.ts';
import { SelectorParser } from './selector-parser.ts';

/** A number of PromQL: decimal, hexadecimal, Inf or NaN. */
const numberOf = (text: string): number => {
  if (/^inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  return /^nan$/i.test(text) ? Number.NaN : Number(text);
};

/** How tightly operators bind; `^` takes its right side first. Source: Prometheus' operator precedence. */
const binding: Readonly<Record<string, number>> = {
  or: 1,
  ...{ and: 2, unless: 2 },
  ...{ '==': 3, '!=': 3, '<': 3, '>': 3, '<=': 3, '>=': 3 },
  ...{ '+': 4, '-': 4 },
  ...{ '*': 5, '/': 5, '%': 5 },
  '^': 6,
};

const notHere = (what: string): string => `${what} is not in this world`;

/** PromQL, as far as `known.ts` goes; what lies outside is told as Prometheus tells what it does not know. */
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
      const whole: Binary = { is: 'binary', op, left, right, bool, matching, pos: left.pos };
      checkTypes(whole, opPos, this.fail);
      left = whole;
    }
  }

  #matching(): Binary['matching'] {
    const word = this.token.text;
    if (this.token.is !== 'keyword' || (word !== 'on' && word !== 'ignoring'))
      return { on: false, labels: [] };
    this.advance();
    const labels = this.groupingLabels();
    if (this.token.is === 'keyword' && this.token.text.startsWith('group_'))
      this.fail(this.token.pos, notHere(this.token.text));
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
    if (is === 'keyword' && aggregations[text] !== undefined) return this.#aggregate();
    if (is === 'keyword' && /^(?:quantile|stddev|stdvar|count_values|group)$/.test(text))
      this.fail(pos, notHere(text));
    if (is !== 'identifier') return this.unexpected();
    this.advance();
    return this.isSign('(') ? this.#call(text, pos) : this.selector({ text, pos });
  }

  #call(name: string, pos: number): Expr {
    if (signatures[name] === undefined) this.fail(pos, `unknown function with name "${name}"`);
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
    const wanted = aggregations[op] === true ? 2 : 1;
    const [first, second] = args;
    const of = wanted === 2 ? second : first;
    if (args.length !== wanted || of === undefined)
      return this.fail(
        pos,
        args.length === 0
          ? 'no arguments for aggregate expression provided'
          : `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`,
      );
    const param = wanted === 2 && first !== undefined ? { param: first } : {};
    const whole: Expr = { is: 'aggregate', op, of, ...param, grouping, pos };
    checkTypes(whole, pos, this.fail);
    return whole;
  }

  #grouping(): Grouping | undefined {
    const word = this.token.text;
    if (this.token.is !== 'keyword' || (word !== 'by' && word !== 'without')) return undefined;
    this.advance();
    return { by: word === 'by', labels: this.groupingLabels() };
  }
}

/** Reads a query; throws a ParseError with line and column. */
export const parseQuery = (query: string): Expr => new Parser(query).parse();
