import type { AggregateExpr, BinaryExpr, Expr, FunctionCall, ValueType } from './ast.ts';
import { aggregationOperators, comparisonOperators, functionSignatures, setOperators } from './ast.ts';

type Fail = (pos: number, why: string) => never;

/** Result type of an expression. */
export const expressionType = (expr: Expr): ValueType => {
  switch (expr.is) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
      return expr.rangeMs === undefined ? 'instant vector' : 'range vector';
    case 'aggregate':
      return 'instant vector';
    case 'call':
      return expr.name === 'time' || expr.name === 'scalar' ? 'scalar' : 'instant vector';
    case 'binary':
      return expressionType(expr.left) === 'scalar' && expressionType(expr.right) === 'scalar'
        ? 'scalar'
        : 'instant vector';
    default:
      return expressionType(expr.of);
  }
};

const expect = (expr: Expr, expected: ValueType, where: string, fail: Fail): void => {
  const got = expressionType(expr);
  if (got !== expected) fail(expr.pos, `expected type ${expected} in ${where}, got ${got}`);
};

const checkCall = ({ name, args, pos }: FunctionCall, fail: Fail): void => {
  const parameters = functionSignatures[name] ?? [];
  if (args.length !== parameters.length)
    fail(pos, `expected ${parameters.length} argument(s) in call to "${name}", got ${args.length}`);
  for (const [index, arg] of args.entries())
    expect(arg, parameters[index] ?? 'instant vector', `call to function "${name}"`, fail);
};

const checkAggregate = ({ op, of, param }: AggregateExpr, fail: Fail): void => {
  expect(of, 'instant vector', 'aggregation expression', fail);
  if (aggregationOperators[op] === true && param !== undefined)
    expect(param, 'scalar', 'aggregation parameter', fail);
};

const checkBinary = ({ op, left, right, bool, pos }: BinaryExpr, opPos: number, fail: Fail): void => {
  const types = [expressionType(left), expressionType(right)];
  if (bool && !comparisonOperators.has(op))
    fail(opPos, 'bool modifier can only be used on comparison operators');
  if (comparisonOperators.has(op) && !bool && types.every((type) => type === 'scalar'))
    fail(opPos, 'comparisons between scalars must use BOOL modifier');
  if (setOperators.has(op) && types.includes('scalar'))
    fail(pos, `set operator "${op}" not allowed in binary scalar expression`);
  for (const side of [left, right])
    if (expressionType(side) !== 'scalar' && expressionType(side) !== 'instant vector')
      fail(side.pos, 'binary expression must contain only scalar and instant vector types');
};

/** Reports a type error of an expression; its parts have been checked before. */
export const checkTypes = (expr: Expr, opPos: number, fail: Fail): void => {
  if (expr.is === 'call') checkCall(expr, fail);
  if (expr.is === 'aggregate') checkAggregate(expr, fail);
  if (expr.is === 'binary') checkBinary(expr, opPos, fail);
  const isSigned = expr.is === 'negative' && !['scalar', 'instant vector'].includes(expressionType(expr.of));
  if (isSigned)
    fail(
      expr.pos,
      `unary expression only allowed on expressions of type scalar or instant vector, got "${expressionType(expr)}"`,
    );
};
