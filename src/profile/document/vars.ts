import type { Diagnostic } from '../../domain/text/position.ts';
import { didYouMean, errorAt, nearestWord } from './diagnostics.ts';
import { declaredLimits, limitName, limitReferenceDiagnostics } from './limit-references.ts';
import type { ProfileVars } from './references.ts';
import { parseReferences } from './references.ts';
import { childOf, type MapNode, nodeNoun, type ScalarNode, scalarsIn, type YamlNode } from './tree.ts';

/** Returns the names of the vars that a var's text references. */
const namesIn = (node: ScalarNode | undefined): readonly string[] => {
  const parsed = typeof node?.value === 'string' ? parseReferences(node.value) : undefined;
  if (parsed?.ok !== true) return [];
  return parsed.parts.flatMap((part) => (typeof part === 'object' && part.is === 'var' ? [part.name] : []));
};

/** Returns the cycle that starts and ends at `name`, or undefined. */
const cycleAt = (name: string, declared: ReadonlyMap<string, ScalarNode>): readonly string[] | undefined => {
  const paths: (readonly string[])[] = [[name]];
  const seen = new Set<string>();
  for (const path of paths)
    for (const next of namesIn(declared.get(path.at(-1) ?? name))) {
      if (next === name) return [...path, name];
      if (seen.has(next)) continue;
      seen.add(next);
      paths.push([...path, next]);
    }
  return undefined;
};

interface DeclaredVars {
  readonly vars: ProfileVars;
  readonly diagnostics: readonly Diagnostic[];
}

const declaredIn = (section: YamlNode | undefined, diagnostics: Diagnostic[]): Map<string, ScalarNode> => {
  const declared = new Map<string, ScalarNode>();
  if (section === undefined || (section.is === 'scalar' && section.value === null)) return declared;
  if (section.is !== 'map') {
    diagnostics.push(
      errorAt(section.position, `vars: expected a map, found ${nodeNoun(section)}`, 'write NAME: VALUE'),
    );
    return declared;
  }
  for (const [name, { key, value }] of section.entries) {
    if (!/^[A-Za-z_][\w-]*$/.test(name))
      diagnostics.push(errorAt(key, `"${name}" is not a valid var name`, 'use letters, digits, - and _'));
    else if (value.is === 'scalar') declared.set(name, value);
    else
      diagnostics.push(
        errorAt(
          value.position,
          `var ${name}: expected one value, found ${nodeNoun(value)}`,
          'write text or a number',
        ),
      );
  }
  return declared;
};

/** Reads the profile's vars with the values of `--set`. Reports cycles and `--set` of undeclared vars. */
export const readVars = (tree: MapNode, sets: Readonly<Record<string, string>>): DeclaredVars => {
  const diagnostics: Diagnostic[] = [];
  const section = childOf(tree, 'vars');
  const declared = declaredIn(section, diagnostics);
  const names = [...declared.keys()];
  const limits = declaredLimits(tree);
  const all = new Map([...declared, ...limits]);
  const reported = new Set<string>();
  for (const [name, node] of all) {
    const cycle = reported.has(name) ? undefined : cycleAt(name, all);
    if (cycle === undefined) continue;
    for (const member of cycle) reported.add(member);
    diagnostics.push(
      errorAt(
        node.position,
        `these vars refer to each other in a cycle: ${cycle.join(' → ')}`,
        'give one of them a plain value',
      ),
    );
  }
  for (const name of Object.keys(sets))
    if (!declared.has(name))
      diagnostics.push(
        errorAt(
          section?.position ?? tree.position,
          `--set ${name}: no var is called "${name}"`,
          didYouMean(name, names, `declare the var under vars, or remove --set`),
        ),
      );
  return {
    diagnostics: [...diagnostics, ...limitReferenceDiagnostics(tree, limits)],
    vars: {
      declared: all,
      overrides: sets,
      unknown: (name) => {
        if (limitName.test(name)) return 'name a signal and one of the limits: SIGNAL.warn';
        const meant = nearestWord(name, names);
        return meant === undefined
          ? `declare ${name} under vars, or write \${env:${name}} to read it from the environment`
          : `did you mean \${${meant}}?`;
      },
    },
  };
};

/** Reports references that cannot be parsed. */
export const referenceDiagnostics = (tree: YamlNode): readonly Diagnostic[] =>
  scalarsIn(tree).flatMap((node) => {
    const parsed = typeof node.value === 'string' ? parseReferences(node.value) : undefined;
    return parsed === undefined || parsed.ok ? [] : [errorAt(node.position, parsed.what, parsed.todo)];
  });
