import type { Comparison } from '../domain/facts/bound-hints.ts';
import type { FactKind } from '../domain/facts/facts.ts';
import type { ExpressionNode, Operand, RowSet, Test } from './rows/ast.ts';
import { fieldsOfTest, nodesOf } from './rows/mentions.ts';
import type { Expression } from './rows/parse.ts';

/** The rows that an expression reads, and the fields that it tests of them; without a field it counts them. */
interface ReadRows {
  readonly kind: FactKind;
  readonly fields: ReadonlySet<string>;
}

/** One part of a conjunction: all of them must hold. */
export interface Clause {
  readonly whole: Expression;
  /** Without the conditions that every successful act meets: the whole, if it has none. Absent: it has no others. */
  readonly state?: Expression;
  readonly rows: readonly ReadRows[];
  readonly signals: ReadonlySet<string>;
}

/** The clauses that must all hold for a node to be true; a duration does not change what a clause is about. */
const conjuncts = (node: ExpressionNode): readonly ExpressionNode[] => {
  if (node.is === 'and') return node.parts.flatMap(conjuncts);
  return node.is === 'for' ? conjuncts(node.part) : [node];
};

/** True for a comparison with the time before the act, or with the value that the operator asked for. */
const isTraceValue = (node: { readonly op: Comparison; readonly to: Operand }): boolean =>
  node.to.is === 'before' || (node.to.is === 'param' && (node.op === '=' || node.op === '!='));

/**
 * True for a condition that shows that the act took place: a new row, a value other than before, the value that the
 * operator asked for. A limit given as a parameter is not one: `lag <= ${param.n}` is a state.
 */
const isTraceTest = (test: Test): boolean => {
  if (test.is === 'new') return true;
  if (test.is === 'not') return isTraceTest(test.part);
  if (test.is === 'or') return test.parts.some(isTraceTest);
  if (test.is === 'and') return test.parts.every(isTraceTest);
  if (test.is === 'in') return test.among.every(({ is }) => is === 'param');
  return test.is === 'compare' && isTraceValue(test);
};

/** The rest of parts without traces: the same list if there are none, undefined if there is nothing else. */
const restOf = <T>(parts: readonly T[], rest: (part: T) => T | undefined): readonly T[] | undefined => {
  const left = parts.flatMap((part) => rest(part) ?? []);
  if (left.length === 0) return undefined;
  return left.length === parts.length && left.every((part, index) => part === parts[index]) ? parts : left;
};

/** The rest of a test without its traces; undefined: there is no rest. */
const stateTest = (test: Test): Test | undefined => {
  if (test.is !== 'and') return isTraceTest(test) ? undefined : test;
  const parts = restOf(test.parts, stateTest);
  return parts === undefined || parts === test.parts ? parts && test : { is: 'and', parts };
};

/** A node without traces: the node itself if it has none, undefined if it is nothing else. */
const stateNode = (node: ExpressionNode): ExpressionNode | undefined => {
  switch (node.is) {
    case 'and':
    case 'or': {
      const parts = restOf(node.parts, stateNode);
      return parts === undefined || parts === node.parts ? parts && node : { ...node, parts };
    }
    case 'not':
    case 'for': {
      const part = stateNode(node.part);
      return part === undefined || part === node.part ? part && node : { ...node, part };
    }
    case 'any':
    case 'all': {
      const test = stateTest(node.test.test);
      return test === undefined || test === node.test.test
        ? test && node
        : { ...node, test: { ...node.test, test } };
    }
    case 'count':
    case 'signal':
      return isTraceValue(node) ? undefined : node;
    case 'trend':
      return node;
  }
};

const fieldsOf = ({ filter }: RowSet, test: Test | undefined): ReadonlySet<string> =>
  // A count without a test is about whatever selects its rows.
  new Set(test === undefined ? (filter === undefined ? [] : fieldsOfTest(filter.test)) : fieldsOfTest(test));

const rowsOf = (node: ExpressionNode): readonly ReadRows[] =>
  nodesOf(node).flatMap((expressionNode) =>
    'set' in expressionNode
      ? [{ kind: expressionNode.set.kind, fields: fieldsOf(expressionNode.set, expressionNode.test?.test) }]
      : [],
  );

const signalsOf = (node: ExpressionNode): ReadonlySet<string> =>
  new Set(
    nodesOf(node).flatMap((expressionNode) =>
      expressionNode.is === 'signal' || expressionNode.is === 'trend' ? [expressionNode.id] : [],
    ),
  );

/** Splits an expression into the clauses of its conjunction, each with what it reads. */
export const clausesOf = ({ root, text }: Expression): readonly Clause[] =>
  conjuncts(root).map((node): Clause => {
    const state = stateNode(node);
    const whole: Expression = { text, root: node };
    return {
      whole,
      ...(state === undefined ? {} : { state: state === node ? whole : { text, root: state } }),
      rows: rowsOf(node),
      signals: signalsOf(node),
    };
  });
