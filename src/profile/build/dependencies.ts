import {
  createDependencyGraph,
  type Dependencies,
  dependencyPairs,
} from '../../domain/profile/dependencies.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { checkNode } from '../document/check.ts';
import { errorAt } from '../document/diagnostics.ts';
import { childOf, type MapEntry, type MapNode, scalarsIn } from '../document/tree.ts';
import { zDependencies } from '../shape/sections.ts';
import { type BuildResult, gapWarnings } from './context.ts';

const isSame = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Reports an object that depends on itself. */
const selfReferences = (name: string, { value }: MapEntry): readonly Diagnostic[] =>
  scalarsIn(value)
    .filter((scalar) => typeof scalar.value === 'string' && isSame(scalar.value, name))
    .map(({ position }) =>
      errorAt(position, `dependencies: ${name} depends on itself`, `remove ${name} from the list`),
    );

/** Warns about cycles, each once: Problems cannot tell cause from consequence within one. */
const cycleWarnings = (node: MapNode, dependencies: Dependencies): readonly Diagnostic[] => {
  const graph = createDependencyGraph(dependencyPairs(dependencies));
  const reported = new Set<string>();
  return [...node.entries].flatMap(([name, { key }]): readonly Diagnostic[] => {
    const cycle = graph.cycleThrough(name) ?? [];
    // An object that depends on itself is an error already.
    if (cycle.length < 3 || cycle.some((text) => reported.has(text))) return [];
    for (const text of cycle) reported.add(text);
    return [
      {
        position: key,
        severity: 'warning',
        what: `dependencies form a cycle: ${cycle.join(' → ')}`,
        todo: 'Problems does not group the findings of these objects by cause. Remove the least important dependency',
      },
    ];
  });
};

/** Builds the dependencies; undefined when the profile has none, or a name without a value (a warning). */
export const buildDependencies = (tree: MapNode): BuildResult<Dependencies | undefined> => {
  const node = childOf(tree, 'dependencies');
  if (node === undefined) return { made: undefined, diagnostics: [] };
  const { value, diagnostics, gaps } = checkNode(zDependencies(), node, { under: ['dependencies'] });
  const made = gaps.length > 0 ? undefined : value;
  const entries = node.is === 'map' ? [...node.entries] : [];
  return {
    made,
    diagnostics: [
      ...diagnostics,
      ...gapWarnings(gaps, 'opsdeck cannot group findings by cause in Problems'),
      ...entries.flatMap(([name, entry]) => selfReferences(name, entry)),
      ...(node.is === 'map' && made !== undefined ? cycleWarnings(node, made) : []),
    ],
  };
};
