import type { FactKind } from '../../domain/facts/facts.ts';
import { closestWordHint } from '../../domain/text/closest-word.ts';
import { factKinds, fieldNames, fieldOf, isKind } from '../../kinds/registry/registry.ts';
import type { ExpressionNode, Operand, RowSet, Test, WrittenTest } from './ast.ts';
import { takeCountOperand, takeOperand, takeSignalOperand } from './operand.ts';
import { ExpressionError, TokenCursor } from './tokens.ts';

const takeList = (at: TokenCursor, take: () => Operand): readonly Operand[] => {
  at.takeSign('(', 'in');
  const among = [take()];
  while (at.skipSign(',')) among.push(take());
  at.takeSign(')', 'the list of in');
  return among;
};

/** Returns whether a test follows the current word. */
const isCompared = (at: TokenCursor): boolean => {
  const { is, text } = at.ahead(1);
  return is === 'sign' ? /^[=!<>]/.test(text) : is === 'word' && (text === 'in' || text === 'matches');
};

const fieldTest = (at: TokenCursor, kind: FactKind): Test => {
  const { token } = at;
  if (token.is !== 'word') at.fail(`a test of ${kind} starts with a field: ${fieldNames(kind).join(', ')}`);
  const name = token.text;
  if (name === 'new' && !isCompared(at)) {
    at.next();
    return { is: 'new' };
  }
  const field = fieldOf(kind, name);
  if (field === undefined) at.fail(`no field ${name} in ${kind}; ${closestWordHint(name, fieldNames(kind))}`);
  at.next();
  if (at.skipWord('in'))
    return { is: 'in', field: name, among: takeList(at, () => takeOperand(at, kind, name, field, false)) };
  if (at.skipWord('matches')) {
    const pattern = at.token;
    if (pattern.is !== 'pattern') at.fail('matches needs a pattern: /^api/');
    at.next();
    return { is: 'matches', field: name, pattern: pattern.pattern };
  }
  const op = at.takeComparison(name);
  return { is: 'compare', field: name, op, to: takeOperand(at, kind, name, field) };
};

const takeNotTest = (at: TokenCursor, kind: FactKind): Test => {
  if (at.skipWord('not')) return { is: 'not', part: at.deeper(() => takeNotTest(at, kind)) };
  if (!at.skipSign('(')) return fieldTest(at, kind);
  const inside = at.deeper(() => takeOrTest(at, kind));
  at.takeSign(')', 'the brackets');
  return inside;
};

const takeAndTest = (at: TokenCursor, kind: FactKind): Test => {
  const parts = [takeNotTest(at, kind)];
  while (at.skipWord('and')) parts.push(takeNotTest(at, kind));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { is: 'and', parts };
};

const takeOrTest = (at: TokenCursor, kind: FactKind): Test => {
  const parts = [takeAndTest(at, kind)];
  while (at.skipWord('or')) parts.push(takeAndTest(at, kind));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { is: 'or', parts };
};

/** Parses `test` of the grammar, over the fields of a kind. Throws ExpressionError. */
const takeTest = (at: TokenCursor, kind: FactKind): WrittenTest => {
  const start = at.token;
  const test = takeOrTest(at, kind);
  return { test, text: at.textSince(start) };
};

/** End of the error about an unregistered kind; a missing plugin may declare it. */
export const unknownKind = 'is not a kind of fact';

/** A parsed expression. `for` is remembered per node, so parse a repeatedly evaluated expression once. */
export interface Expression {
  readonly text: string;
  readonly root: ExpressionNode;
}

/** A syntax error with its position; `col` is 1-based. */
interface ExpressionParseError {
  readonly ok: false;
  readonly col: number;
  readonly message: string;
}

const set = (at: TokenCursor): RowSet => {
  const { token } = at;
  const kind = token.is === 'word' && isKind(token.text) ? token.text : undefined;
  if (kind === undefined)
    at.fail(`"${token.text}" ${unknownKind}; ${closestWordHint(token.text, factKinds())}`);
  at.next();
  if (!at.skipSign('[')) return { kind };
  const filter = takeTest(at, kind);
  at.takeSign(']', 'the filter');
  return { kind, filter };
};

const quant = (at: TokenCursor, is: 'any' | 'all'): ExpressionNode => {
  at.takeSign('(', is);
  const rows = set(at);
  at.takeSign('|', `${is}(${rows.kind} | test)`);
  const test = takeTest(at, rows.kind);
  at.takeSign(')', is);
  return { is, set: rows, test };
};

const count = (at: TokenCursor): ExpressionNode => {
  at.takeSign('(', 'count');
  const rows = set(at);
  const test = at.skipSign('|') ? takeTest(at, rows.kind) : undefined;
  at.takeSign(')', 'count');
  const op = at.takeComparison('count');
  return { is: 'count', set: rows, ...(test !== undefined && { test }), op, to: takeCountOperand(at) };
};

/** Parses `alert(NAME)` as a quantifier: any alert of that name is firing. */
const alert = (at: TokenCursor): ExpressionNode => {
  at.takeSign('(', 'alert');
  const { token } = at;
  if (token.is === 'sign' || token.is === 'end' || token.is === 'pattern')
    at.fail('alert needs an alert name');
  at.next();
  at.takeSign(')', 'alert');
  const to =
    token.is === 'param'
      ? ({ is: 'param', name: token.text } as const)
      : ({ is: 'literal', text: token.text } as const);
  const filter: WrittenTest = {
    test: { is: 'compare', field: 'name', op: '=', to },
    text: `name = ${token.text}`,
  };
  const firing = { is: 'literal', text: 'firing' } as const;
  const test: WrittenTest = {
    test: { is: 'compare', field: 'state', op: '=', to: firing },
    text: 'state = firing',
  };
  return { is: 'any', set: { kind: 'alerts', filter }, test, alert: to };
};

const signal = (at: TokenCursor): ExpressionNode => {
  const { token } = at;
  if (token.is !== 'word')
    at.fail('expected a signal, any(…), all(…), count(…), alert(…), not, or an expression in brackets');
  const id = token.text;
  at.next();
  if (at.skipWord('rising')) return { is: 'trend', id, way: 'rising' };
  if (at.skipWord('falling')) return { is: 'trend', id, way: 'falling' };
  if (isKind(id) && at.token.is !== 'sign')
    at.fail(`${id} is a list; write any(${id} | …), all(…) or count(…)`, token);
  const op = at.takeComparison(`signal ${id}`);
  return { is: 'signal', id, op, to: takeSignalOperand(at, id) };
};

const call = (at: TokenCursor): ExpressionNode | undefined => {
  if (!at.isSign('(', 1)) return undefined;
  if (at.skipWord('any')) return quant(at, 'any');
  if (at.skipWord('all')) return quant(at, 'all');
  if (at.skipWord('count')) return count(at);
  if (at.skipWord('alert')) return alert(at);
  return at.token.is === 'word' && at.token.text !== 'not'
    ? at.fail(
        `unknown function ${at.token.text}(…); ${closestWordHint(at.token.text, ['any', 'all', 'count', 'alert'])}`,
      )
    : undefined;
};

const not = (at: TokenCursor): ExpressionNode => {
  if (at.skipWord('not')) return { is: 'not', part: at.deeper(() => not(at)) };
  if (!at.skipSign('(')) return call(at) ?? signal(at);
  const inside = at.deeper(() => expr(at));
  at.takeSign(')', 'the brackets');
  return inside;
};

const and = (at: TokenCursor): ExpressionNode => {
  const parts = [not(at)];
  while (at.skipWord('and')) parts.push(not(at));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { is: 'and', parts };
};

const or = (at: TokenCursor): ExpressionNode => {
  const parts = [and(at)];
  while (at.skipWord('or')) parts.push(and(at));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { is: 'or', parts };
};

const expr = (at: TokenCursor): ExpressionNode => {
  const part = or(at);
  return at.skipWord('for') ? { is: 'for', part, ms: at.takeDuration() } : part;
};

const whole = <T>(
  text: string,
  take: (at: TokenCursor) => T,
): { readonly ok: true; readonly taken: T } | ExpressionParseError => {
  try {
    const at = new TokenCursor(text);
    if (at.token.is === 'end') at.fail('the expression is empty');
    const taken = take(at);
    if (at.token.is !== 'end') at.fail(`unexpected "${at.token.text}"; join with and, or, for`);
    return { ok: true, taken };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { ok: false, col: error.col, message: error.message };
  }
};

/** Parses `when` and `that`. An unknown kind or field is an error too, with a suggestion. */
export const parseExpression = (
  text: string,
): { readonly ok: true; readonly expression: Expression } | ExpressionParseError => {
  const parsed = whole(text, expr);
  return parsed.ok ? { ok: true, expression: { text, root: parsed.taken } } : parsed;
};

/** Parses a `where`: a test of one row of a kind. */
export const parseTest = (
  kind: FactKind,
  text: string,
): { readonly ok: true; readonly test: WrittenTest } | ExpressionParseError => {
  const parsed = whole(text, (at) => takeTest(at, kind));
  return parsed.ok ? { ok: true, test: parsed.taken } : parsed;
};
