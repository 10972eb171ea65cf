import type { Node, Operand, Test } from './ast.ts';
import type { Expression } from './parse.ts';

const literal = (to: Operand): readonly string[] => (to.is === 'literal' ? [to.text] : []);

const namesIn = (test: Test): readonly string[] => {
  if (test.is === 'and' || test.is === 'or') return test.parts.flatMap(namesIn);
  if (test.is === 'compare') return test.field === 'name' && test.op === '=' ? literal(test.to) : [];
  return test.is === 'in' && test.field === 'name' ? test.among.flatMap(literal) : [];
};

const namesOf = (node: Node): readonly string[] => {
  if (node.is === 'and' || node.is === 'or') return node.parts.flatMap(namesOf);
  if (node.is === 'for') return namesOf(node.part);
  if (!('set' in node) || node.set.kind !== 'alerts') return [];
  return [node.set.filter, node.test].flatMap((written) =>
    written === undefined ? [] : namesIn(written.test),
  );
};

/** The names of the alerts that an expression asks for: those of `alert(NAME)`, and of tests of an alert's name. What stands behind `not` is not asked for. */
export const alertNames = ({ root }: Expression): ReadonlySet<string> => new Set(namesOf(root));
