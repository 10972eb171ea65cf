import { childOf, scalarsIn, textAt, type YamlNode } from '../document/tree.ts';
import { execsIn, nodesNamed, programsIn, referencesIn } from './literals.ts';

/**
 * Summary of what the profiles of a directory may do, for the decision to trust them. Each list is sorted and has no
 * duplicates.
 */
interface TrustSummary {
  /** `system/env` of each file that sets both. */
  readonly environments: readonly string[];
  /** `id (type)` */
  readonly sources: readonly string[];
  /** Names of required plugins: code that runs with the user's permissions. */
  readonly plugins: readonly string[];
  /** Command lines of checks, signals, runbooks and `${exec:…}`, as written. */
  readonly programs: readonly string[];
  /** Hosts and ports in URLs. */
  readonly hosts: readonly string[];
  /** Environment variables that the profiles read. */
  readonly variables: readonly string[];
  /** Files that provide values. */
  readonly valueFiles: readonly string[];
}

const hostsIn = (text: string): readonly string[] =>
  [...text.matchAll(/[a-z][a-z0-9+.-]*:\/\/(?:[^/?#\s@]*@)?([^/?#\s@,]+)/gi)].map(([, host = '']) => host);

const sshIn = (tree: YamlNode, key: string): readonly string[] => {
  const sources = tree.is === 'map' ? tree.entries.get('sources')?.value : undefined;
  if (sources?.is !== 'map') return [];
  return [...sources.entries.values()].flatMap(({ value }) => {
    const list = value.is === 'map' ? value.entries.get(key)?.value : undefined;
    return list === undefined ? [] : [...scalarsIn(list)].map((scalar) => String(scalar.value));
  });
};

const sourcesIn = (tree: YamlNode): readonly string[] => {
  const sources = tree.is === 'map' ? tree.entries.get('sources')?.value : undefined;
  if (sources?.is !== 'map') return [];
  return [...sources.entries].map(
    ([id, { value }]) => `${id} (${textAt(value, 'type') ?? 'type of a base'})`,
  );
};

const pluginsIn = (tree: YamlNode): readonly string[] => {
  const plugins = childOf(tree, 'plugins');
  return plugins === undefined ? [] : [...scalarsIn(plugins)].map(({ value }) => String(value));
};

const environmentIn = (tree: YamlNode): readonly string[] => {
  const env = textAt(tree, 'env');
  return env === undefined ? [] : [`${textAt(tree, 'system') ?? '…'}/${env}`];
};

const shown = (word: string): string => (/^[\w./:=@%+,${}-]+$/.test(word) ? word : `'${word}'`);

const once = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

/** Keys of files whose contents a source sends. */
const tokenKeys: ReadonlySet<string> = new Set(['tokenFile']);

/** Summarizes files as written; contacts nothing and reads no values. */
export const trustSummaryOf = (trees: readonly YamlNode[]): TrustSummary => {
  const texts = trees.flatMap((tree) =>
    [...scalarsIn(tree)].flatMap(({ value }) => (typeof value === 'string' ? [value] : [])),
  );
  const references = trees.flatMap((tree) => [...referencesIn(tree)]);
  return {
    environments: once(trees.flatMap(environmentIn)),
    sources: once(trees.flatMap(sourcesIn)),
    plugins: once(trees.flatMap(pluginsIn)),
    programs: once(
      trees.flatMap((tree) =>
        [...programsIn(tree), ...execsIn(tree)].map((argv) => argv.map(shown).join(' ')),
      ),
    ),
    hosts: once([
      ...texts.flatMap(hostsIn),
      ...trees.flatMap((tree) => ['ssh', 'brokers'].flatMap((key) => sshIn(tree, key))),
    ]),
    variables: once(references.flatMap((reference) => (reference.is === 'env' ? [reference.name] : []))),
    valueFiles: once([
      ...references.flatMap((reference) => (reference.is === 'file' ? [reference.path] : [])),
      ...trees
        .flatMap((tree) => [...nodesNamed(tree, tokenKeys)].flatMap((node) => [...scalarsIn(node)]))
        .flatMap(({ value }) => (typeof value === 'string' ? [value] : [])),
    ]),
  };
};
