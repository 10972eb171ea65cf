import type { FactKind } from '../../domain/facts/facts.ts';
import { kindOf } from '../../kinds/registry/registry.ts';
import type { ExpressionNode, Operand, Test, WrittenTest } from './ast.ts';
import type { Expression } from './parse.ts';

const literal = (to: Operand): readonly string[] => (to.is === 'literal' ? [to.text] : []);

const namesIn = (test: Test): readonly string[] => {
  if (test.is === 'and' || test.is === 'or') return test.parts.flatMap(namesIn);
  if (test.is === 'compare') return test.field === 'name' && test.op === '=' ? literal(test.to) : [];
  return test.is === 'in' && test.field === 'name' ? test.among.flatMap(literal) : [];
};

const alertNamesIn = (node: ExpressionNode): readonly string[] => {
  if (node.is === 'and' || node.is === 'or') return node.parts.flatMap(alertNamesIn);
  if (node.is === 'for') return alertNamesIn(node.part);
  if (!('set' in node) || node.set.kind !== 'alerts') return [];
  return [node.set.filter, node.test].flatMap((written) =>
    written === undefined ? [] : namesIn(written.test),
  );
};

/**
 * Returns the alert names in an expression: those of `alert(NAME)`, and of tests of an alert's name. Skips everything
 * behind `not`.
 */
export const alertNamesOf = ({ root }: Expression): ReadonlySet<string> => new Set(alertNamesIn(root));

const partsOf = (node: ExpressionNode): readonly ExpressionNode[] => {
  if (node.is === 'and' || node.is === 'or') return node.parts;
  return node.is === 'not' || node.is === 'for' ? [node.part] : [];
};

/** Returns a node and all nodes in it. */
export const nodesOf = (node: ExpressionNode): readonly ExpressionNode[] => [
  node,
  ...partsOf(node).flatMap(nodesOf),
];

const operandsOfTest = (test: Test): readonly Operand[] => {
  if (test.is === 'and' || test.is === 'or') return test.parts.flatMap(operandsOfTest);
  if (test.is === 'not') return operandsOfTest(test.part);
  if (test.is === 'compare') return [test.to];
  return test.is === 'in' ? test.among : [];
};

/** Returns the fields that a test reads. */
export const fieldsOfTest = (test: Test): readonly string[] => {
  if (test.is === 'and' || test.is === 'or') return test.parts.flatMap(fieldsOfTest);
  if (test.is === 'not') return fieldsOfTest(test.part);
  return test.is === 'new' ? [] : [test.field];
};

const operandsOf = (node: ExpressionNode): readonly Operand[] => {
  const written: readonly (WrittenTest | undefined)[] = 'set' in node ? [node.set.filter, node.test] : [];
  const inTests = written.flatMap((writtenTest) =>
    writtenTest === undefined ? [] : operandsOfTest(writtenTest.test),
  );
  return 'to' in node ? [...inTests, node.to] : inTests;
};

const isOfBefore = (test: Test): boolean => {
  if (test.is === 'and' || test.is === 'or') return test.parts.some(isOfBefore);
  if (test.is === 'not') return isOfBefore(test.part);
  return test.is === 'new' || operandsOfTest(test).some(({ is }) => is === 'before');
};

/** Returns whether a test refers to the state before a run's first action: `${before}`, `new`. */
export const testMentionsBefore = ({ test }: WrittenTest): boolean => isOfBefore(test);

/** Returns whether an expression refers to the state before a run's first action: `${before}`, `new`. */
export const mentionsBefore = ({ root }: Expression): boolean =>
  nodesOf(root).some((node) => {
    const written = 'set' in node ? [node.set.filter, node.test] : [];
    return (
      written.some((writtenTest) => writtenTest !== undefined && testMentionsBefore(writtenTest)) ||
      ('to' in node && node.to.is === 'before')
    );
  });

/** Returns the kinds of facts that an expression reads. */
export const kindsOf = ({ root }: Expression): ReadonlySet<FactKind> =>
  new Set(nodesOf(root).flatMap((node) => ('set' in node ? [node.set.kind] : [])));

/** Returns the filters and tests of the sets of an expression, each with its kind. */
export const testsOf = ({ root }: Expression): readonly { readonly kind: FactKind; readonly test: Test }[] =>
  nodesOf(root).flatMap((node) =>
    'set' in node
      ? [node.set.filter, node.test].flatMap((written) =>
          written === undefined ? [] : [{ kind: node.set.kind, test: written.test }],
        )
      : [],
  );

/** The source that every row of a set has; undefined when its filter names none. */
const sourceOfTest = (test: Test | undefined): string | undefined => {
  if (test?.is === 'and') return test.parts.map(sourceOfTest).find((source) => source !== undefined);
  return test?.is === 'compare' && test.field === 'source' && test.op === '=' && test.to.is === 'literal'
    ? test.to.text
    : undefined;
};

/** Returns the sources whose rows of a kind an expression reads, where all of its sets name one; undefined: any source. */
export const sourcesOfKind = ({ root }: Expression, kind: string): ReadonlySet<string> | undefined => {
  const sets = nodesOf(root).flatMap((node) => ('set' in node && node.set.kind === kind ? [node.set] : []));
  const named = sets.flatMap(({ filter }) => sourceOfTest(filter?.test) ?? []);
  return sets.length > 0 && named.length === sets.length ? new Set(named) : undefined;
};

export const comparesTime = (kind: FactKind, test: Test): boolean => {
  if (test.is === 'and' || test.is === 'or') return test.parts.some((part) => comparesTime(kind, part));
  if (test.is === 'not') return comparesTime(kind, test.part);
  return test.is === 'compare' && test.to.is === 'before' && kindOf(kind).field(test.field)?.type === 'time';
};

/** Returns whether an expression compares a time with the one from before a run's first action. */
export const comparesTimesWithBefore = (expression: Expression): boolean =>
  testsOf(expression).some(({ kind, test }) => comparesTime(kind, test));

/** Returns the IDs of the signals that an expression reads. */
export const signalIdsOf = ({ root }: Expression): ReadonlySet<string> =>
  new Set(nodesOf(root).flatMap((node) => (node.is === 'signal' || node.is === 'trend' ? [node.id] : [])));

const namesOf = (operands: readonly Operand[]): ReadonlySet<string> =>
  new Set(operands.flatMap((to) => (to.is === 'param' ? [to.name] : [])));

/** Returns the parameters that values are compared with, without those that only select rows. */
export const testParamsOf = ({ root }: Expression): ReadonlySet<string> =>
  namesOf(
    nodesOf(root).flatMap((node) => [
      ...('test' in node && node.test !== undefined ? operandsOfTest(node.test.test) : []),
      ...('to' in node ? [node.to] : []),
    ]),
  );

/** Returns the parameters that an expression uses. */
export const paramsOf = ({ root }: Expression): ReadonlySet<string> =>
  namesOf(nodesOf(root).flatMap(operandsOf));

/** Returns whether an expression asks whether alerts are gone: `not alert(NAME)`, `count(alerts …) = 0`. */
export const asksForResolvedAlerts = ({ root }: Expression): boolean => {
  const asks = (node: ExpressionNode, isNegated: boolean): boolean => {
    if (node.is === 'not') return asks(node.part, !isNegated);
    if (node.is === 'count') return node.set.kind === 'alerts' && ['=', '<', '<='].includes(node.op);
    if (node.is === 'any') return node.set.kind === 'alerts' && isNegated;
    return partsOf(node).some((part) => asks(part, isNegated));
  };
  return asks(root, false);
};
