import type { FactKind } from '../../domain/facts/facts.ts';
import type { Operand, Test } from '../../expressions/rows/ast.ts';

/** A comparison with a word that no row has any more. */
export interface MovedTest {
  readonly what: string;
  readonly todo: string;
}

/** Words of fields whose rows have become a kind of their own, by kind, field and word. */
const movedWords: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  workloads: { kind: { node: 'nodes' } },
};

const comparedWords = (to: readonly Operand[]): readonly string[] =>
  to.flatMap((operand) => (operand.is === 'literal' ? [operand.text] : []));

/** Returns the comparisons in a test with a word that no row has any more. */
export const movedTests = (kind: FactKind, test: Test): readonly MovedTest[] => {
  if (test.is === 'and' || test.is === 'or') return test.parts.flatMap((part) => movedTests(kind, part));
  if (test.is === 'not') return movedTests(kind, test.part);
  if (test.is !== 'compare' && test.is !== 'in') return [];
  const words = comparedWords(test.is === 'in' ? test.among : [test.to]);
  return words.flatMap((word) => {
    const home = movedWords[kind]?.[test.field]?.[word];
    if (home === undefined) return [];
    return [
      {
        what: `no row of ${kind} has ${test.field} = ${word}: such rows are of the kind ${home}`,
        todo: `use ${home}. opsdeck upgrade-profile shows the change`,
      },
    ];
  });
};
