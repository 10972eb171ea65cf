import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** The condition of an alert rule as a signal: a query, and the bound that its value is compared with. */
export interface PromqlCondition {
  readonly query: string;
  readonly bound: string;
  /** The query itself filters: it returns nothing while all is well. */
  readonly isFilter?: true;
}

/** Removes the comments of an expression; what is in quotes stays. */
export const withoutPromqlComments = (expression: string): string =>
  expression.replaceAll(
    /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|#[^\n]*/g,
    (_, text?: string) => text ?? '',
  );

const operators: Readonly<Record<string, string>> = {
  ...{ Eql: '=', Neq: '!=' },
  ...{ Gtr: '>', Gte: '>=', Lss: '<', Lte: '<=' },
};
/** The operator with its sides exchanged. */
const exchanged: Readonly<Record<string, string>> = { '>': '<', '>=': '<=', '<': '>', '<=': '>=' };

/** An expression without brackets around it. */
const bare = (node: SyntaxNode): SyntaxNode => {
  const inner = node.name === 'ParenExpr' ? node.getChild('Expr') : null;
  return inner === null ? node : bare(inner);
};

/** The number that an expression is; undefined for any other expression, and for a duration. */
const numberOf = (node: SyntaxNode, text: string): number | undefined => {
  const own = bare(node);
  if (own.name === 'UnaryExpr') {
    const operand = own.getChild('Expr');
    const value = operand === null ? undefined : numberOf(operand, text);
    return value === undefined ? undefined : text[own.from] === '-' ? -value : value;
  }
  if (own.name !== 'NumberDurationLiteral') return undefined;
  const written = text.slice(own.from, own.to);
  return written.trim() === '' || Number.isNaN(Number(written)) ? undefined : Number(written);
};

/** The first and the last operand of a binary expression. */
const sidesOf = (node: SyntaxNode): readonly [SyntaxNode, SyntaxNode] | undefined => {
  const left = node.firstChild;
  const right = node.lastChild;
  return left === null || right === null ? undefined : [left, right];
};

/** True: the expression drops series by a comparison, a set operation, or `absent`. */
const isFilter = (node: SyntaxNode): boolean => {
  let found = false;
  node.cursor().iterate((inner) => {
    if (found) return false;
    if (inner.name === 'BinaryExpr') {
      const { node: own } = inner;
      const compares = Object.keys(operators).some((name) => own.getChild(name) !== null);
      found =
        (compares && own.getChild('BoolModifier') === null) ||
        own.getChild('And') !== null ||
        own.getChild('Unless') !== null;
    }
    if (/^Absent/.test(inner.name)) found = true;
    // `or vector(0)` gives a value where the rest has none.
    return !(inner.name === 'BinaryExpr' && inner.node.getChild('Or') !== null);
  });
  return found;
};

/** Functions without an argument whose result changes with the time. */
const timeFunction = /^(?:time|minute|hour|day_of_\w+|days_in_month|month|year)$/;

/**
 * True for an expression that reads no series and no time: `vector(1)`. A rule with one fires always, so that it is the rule that
 * is missing when alerts do not arrive: a dead man's switch.
 */
export const isConstant = (expression: string): boolean => {
  if (expression.length > longestExpression) return false;
  const tree = parser.parse(expression);
  if (tree.topNode.firstChild === null || tree.toString().includes('⚠')) return false;
  let found = false;
  tree.cursor().iterate(({ name, from, to }) => {
    if (
      name === 'VectorSelector' ||
      (name === 'FunctionIdentifier' && timeFunction.test(expression.slice(from, to)))
    )
      found = true;
  });
  return !found;
};

/** A longer text is not parsed: no rule is that long, and the parser recovers from errors in more than linear time. */
const longestExpression = 16_384;

/**
 * Splits the condition of an alert rule that compares a vector with a number at its top level: 'errors / all > 0.05' is a query and a
 * bound. Undefined for any other condition, which is true as long as it returns a series: a comparison of two vectors, one
 * with `bool`, `and`, `or`, `unless`, `absent(…)`, and a text that is no PromQL.
 */
export const splitCondition = (expression: string): PromqlCondition | undefined => {
  if (expression.length > longestExpression) return undefined;
  const tree = parser.parse(expression);
  const top = tree.topNode.firstChild;
  if (top === null || top.nextSibling !== null || tree.toString().includes('⚠')) return undefined;
  const node = bare(top);
  const sides =
    node.name === 'BinaryExpr' && node.getChild('BoolModifier') === null ? sidesOf(node) : undefined;
  const op = Object.keys(operators).find((name) => node.getChild(name) !== null);
  if (sides === undefined || op === undefined) return undefined;
  const [left, right] = sides;
  const operator = operators[op] ?? '';
  const limit = numberOf(right, expression);
  const query = (side: SyntaxNode): string => expression.slice(bare(side).from, bare(side).to).trim();
  const filter = (side: SyntaxNode) => (isFilter(side) ? { isFilter: true as const } : {});
  if (limit !== undefined) return { query: query(left), bound: `${operator}${limit}`, ...filter(left) };
  const lower = numberOf(left, expression);
  return lower === undefined
    ? undefined
    : { query: query(right), bound: `${exchanged[operator] ?? operator}${lower}`, ...filter(right) };
};
