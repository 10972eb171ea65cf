import type { FactKind } from '../../domain/facts/facts.ts';
import { closestWordHint } from '../../domain/text/closest-word.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { factKinds, fieldNames, fieldOf, isKind } from '../../kinds/registry/registry.ts';
import type { ExpressionNode, Operand, RowSet, Test, WrittenTest } from './ast.ts';
import { takeCountOperand, takeOperand, takeSignalOperand } from './operand.ts';
import { ExpressionError, TokenCursor } from './tokens.ts';

const takeList = (tokenCursor: TokenCursor, take: () => Operand): readonly Operand[] => {
  tokenCursor.takeSign('(', 'in');
  const among = [take()];
  while (tokenCursor.skipSign(',')) among.push(take());
  tokenCursor.takeSign(')', 'the list of in');
  return among;
};

/** Returns whether a test follows the current word. */
const isCompared = (tokenCursor: TokenCursor): boolean => {
  const { is, text } = tokenCursor.ahead(1);
  return is === 'sign' ? /^[=!<>]/.test(text) : is === 'word' && (text === 'in' || text === 'matches');
};

const fieldTest = (tokenCursor: TokenCursor, kind: FactKind): Test => {
  const { token } = tokenCursor;
  if (token.is !== 'word')
    tokenCursor.fail(`a condition on ${kind} starts with a field. Valid: ${fieldNames(kind).join(', ')}`);
  const name = token.text;
  if (name === 'new' && !isCompared(tokenCursor)) {
    tokenCursor.next();
    return { is: 'new' };
  }
  const field = fieldOf(kind, name);
  if (field === undefined)
    tokenCursor.fail(
      `no field is called ${name} in ${kind}. ${sentenceCase(closestWordHint(name, fieldNames(kind)))}`,
    );
  tokenCursor.next();
  if (tokenCursor.skipWord('in'))
    return {
      is: 'in',
      field: name,
      among: takeList(tokenCursor, () => takeOperand(tokenCursor, kind, name, field, false)),
    };
  if (tokenCursor.skipWord('matches')) {
    const pattern = tokenCursor.token;
    if (pattern.is !== 'pattern') tokenCursor.fail('matches needs a pattern. Write /^api/');
    tokenCursor.next();
    return { is: 'matches', field: name, pattern: pattern.pattern };
  }
  const op = tokenCursor.takeComparison(name);
  return { is: 'compare', field: name, op, to: takeOperand(tokenCursor, kind, name, field) };
};

const takeNotTest = (tokenCursor: TokenCursor, kind: FactKind): Test => {
  if (tokenCursor.skipWord('not'))
    return { is: 'not', part: tokenCursor.deeper(() => takeNotTest(tokenCursor, kind)) };
  if (!tokenCursor.skipSign('(')) return fieldTest(tokenCursor, kind);
  const inside = tokenCursor.deeper(() => takeOrTest(tokenCursor, kind));
  tokenCursor.takeSign(')', 'the brackets');
  return inside;
};

const takeAndTest = (tokenCursor: TokenCursor, kind: FactKind): Test => {
  const parts = [takeNotTest(tokenCursor, kind)];
  while (tokenCursor.skipWord('and')) parts.push(takeNotTest(tokenCursor, kind));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { is: 'and', parts };
};

const takeOrTest = (tokenCursor: TokenCursor, kind: FactKind): Test => {
  const parts = [takeAndTest(tokenCursor, kind)];
  while (tokenCursor.skipWord('or')) parts.push(takeAndTest(tokenCursor, kind));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { is: 'or', parts };
};

/** Parses `test` of the grammar, over the fields of a kind. Throws ExpressionError. */
const takeTest = (tokenCursor: TokenCursor, kind: FactKind): WrittenTest => {
  const start = tokenCursor.token;
  const test = takeOrTest(tokenCursor, kind);
  return { test, text: tokenCursor.textSince(start) };
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

const set = (tokenCursor: TokenCursor): RowSet => {
  const { token } = tokenCursor;
  const kind = token.is === 'word' && isKind(token.text) ? token.text : undefined;
  if (kind === undefined)
    tokenCursor.fail(
      `"${token.text}" ${unknownKind}. ${sentenceCase(closestWordHint(token.text, factKinds()))}`,
    );
  tokenCursor.next();
  if (!tokenCursor.skipSign('[')) return { kind };
  const filter = takeTest(tokenCursor, kind);
  tokenCursor.takeSign(']', 'the filter');
  return { kind, filter };
};

const quant = (tokenCursor: TokenCursor, is: 'any' | 'all'): ExpressionNode => {
  tokenCursor.takeSign('(', is);
  const rows = set(tokenCursor);
  tokenCursor.takeSign('|', `${is}(${rows.kind} | test)`);
  const test = takeTest(tokenCursor, rows.kind);
  tokenCursor.takeSign(')', is);
  return { is, set: rows, test };
};

const count = (tokenCursor: TokenCursor): ExpressionNode => {
  tokenCursor.takeSign('(', 'count');
  const rows = set(tokenCursor);
  const test = tokenCursor.skipSign('|') ? takeTest(tokenCursor, rows.kind) : undefined;
  tokenCursor.takeSign(')', 'count');
  const op = tokenCursor.takeComparison('count');
  return {
    is: 'count',
    set: rows,
    ...(test !== undefined && { test }),
    op,
    to: takeCountOperand(tokenCursor),
  };
};

/** Parses `alert(NAME)` as a quantifier: any alert of that name is firing. */
const alert = (tokenCursor: TokenCursor): ExpressionNode => {
  tokenCursor.takeSign('(', 'alert');
  const { token } = tokenCursor;
  if (token.is === 'sign' || token.is === 'end' || token.is === 'pattern')
    tokenCursor.fail('alert(…) needs the name of an alert. Write alert(NAME)');
  tokenCursor.next();
  tokenCursor.takeSign(')', 'alert');
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

const signal = (tokenCursor: TokenCursor): ExpressionNode => {
  const { token } = tokenCursor;
  if (token.is !== 'word')
    tokenCursor.fail(
      'a condition is missing here. Write a signal, any(…), all(…), count(…), alert(…), or not and a condition',
    );
  const id = token.text;
  tokenCursor.next();
  if (tokenCursor.skipWord('rising')) return { is: 'trend', id, way: 'rising' };
  if (tokenCursor.skipWord('falling')) return { is: 'trend', id, way: 'falling' };
  if (isKind(id) && tokenCursor.token.is !== 'sign')
    tokenCursor.fail(`${id} is a list. Write any(${id} | …), all(…) or count(…)`, token);
  const op = tokenCursor.takeComparison(`signal ${id}`);
  return { is: 'signal', id, op, to: takeSignalOperand(tokenCursor, id) };
};

const call = (tokenCursor: TokenCursor): ExpressionNode | undefined => {
  if (!tokenCursor.isSign('(', 1)) return undefined;
  if (tokenCursor.skipWord('any')) return quant(tokenCursor, 'any');
  if (tokenCursor.skipWord('all')) return quant(tokenCursor, 'all');
  if (tokenCursor.skipWord('count')) return count(tokenCursor);
  if (tokenCursor.skipWord('alert')) return alert(tokenCursor);
  return tokenCursor.token.is === 'word' && tokenCursor.token.text !== 'not'
    ? tokenCursor.fail(
        `unknown function ${tokenCursor.token.text}(…). ${sentenceCase(closestWordHint(tokenCursor.token.text, ['any', 'all', 'count', 'alert']))}`,
      )
    : undefined;
};

const not = (tokenCursor: TokenCursor): ExpressionNode => {
  if (tokenCursor.skipWord('not')) return { is: 'not', part: tokenCursor.deeper(() => not(tokenCursor)) };
  if (!tokenCursor.skipSign('(')) return call(tokenCursor) ?? signal(tokenCursor);
  const inside = tokenCursor.deeper(() => expr(tokenCursor));
  tokenCursor.takeSign(')', 'the brackets');
  return inside;
};

const and = (tokenCursor: TokenCursor): ExpressionNode => {
  const parts = [not(tokenCursor)];
  while (tokenCursor.skipWord('and')) parts.push(not(tokenCursor));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { is: 'and', parts };
};

const or = (tokenCursor: TokenCursor): ExpressionNode => {
  const parts = [and(tokenCursor)];
  while (tokenCursor.skipWord('or')) parts.push(and(tokenCursor));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { is: 'or', parts };
};

const expr = (tokenCursor: TokenCursor): ExpressionNode => {
  const part = or(tokenCursor);
  return tokenCursor.skipWord('for') ? { is: 'for', part, ms: tokenCursor.takeDuration() } : part;
};

const whole = <T>(
  text: string,
  take: (tokenCursor: TokenCursor) => T,
): { readonly ok: true; readonly taken: T } | ExpressionParseError => {
  try {
    const tokenCursor = new TokenCursor(text);
    if (tokenCursor.token.is === 'end')
      tokenCursor.fail('the expression is empty. Write a condition, such as any(health | status = down)');
    const taken = take(tokenCursor);
    const { token } = tokenCursor;
    if (token.is !== 'end')
      tokenCursor.fail(
        token.text === 'and' || token.text === 'or'
          ? `${token.text} after the time of "for" can be read in two ways. Write brackets: (A for 30s) ${token.text} B`
          : `unexpected "${token.text}". Join with and, or, for`,
      );
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
  const parsed = whole(text, (tokenCursor) => takeTest(tokenCursor, kind));
  return parsed.ok ? { ok: true, test: parsed.taken } : parsed;
};
