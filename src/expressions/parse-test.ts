import type { FactKind } from '../domain/facts.ts';
import { nearestHint } from '../domain/nearest.ts';
import { fieldNames, fieldOf } from '../kinds/registry.ts';
import type { Operand, Test, WrittenTest } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { takeOperand } from './operand.ts';

const takeList = (at: Cursor, take: () => Operand): readonly Operand[] => {
  at.takeSign('(', 'in');
  const among = [take()];
  while (at.skipSign(',')) among.push(take());
  at.takeSign(')', 'the list of in');
  return among;
};

/** A word behind which a test of its value follows. */
const isCompared = (at: Cursor): boolean => {
  const { is, text } = at.ahead(1);
  return is === 'sign' ? /^[=!<>]/.test(text) : is === 'word' && (text === 'in' || text === 'matches');
};

const fieldTest = (at: Cursor, kind: FactKind): Test => {
  const { token } = at;
  if (token.is !== 'word') at.fail(`a test of ${kind} begins with a field: ${fieldNames(kind).join(', ')}`);
  const name = token.text;
  if (name === 'new' && !isCompared(at)) {
    at.next();
    return { is: 'new' };
  }
  const field = fieldOf(kind, name);
  if (field === undefined) at.fail(`${kind} have no field ${name}; ${nearestHint(name, fieldNames(kind))}`);
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

const not = (at: Cursor, kind: FactKind): Test => {
  if (at.skipWord('not')) return { is: 'not', part: at.deeper(() => not(at, kind)) };
  if (!at.skipSign('(')) return fieldTest(at, kind);
  const inside = at.deeper(() => or(at, kind));
  at.takeSign(')', 'the bracket');
  return inside;
};

const and = (at: Cursor, kind: FactKind): Test => {
  const parts = [not(at, kind)];
  while (at.skipWord('and')) parts.push(not(at, kind));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { is: 'and', parts };
};

const or = (at: Cursor, kind: FactKind): Test => {
  const parts = [and(at, kind)];
  while (at.skipWord('or')) parts.push(and(at, kind));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { is: 'or', parts };
};

/** `test` of the grammar, over the fields of a kind. Throws ExpressionError. */
export const takeTest = (at: Cursor, kind: FactKind): WrittenTest => {
  const start = at.token;
  const test = or(at, kind);
  return { test, text: at.textSince(start) };
};
