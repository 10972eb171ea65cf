import { scalarsIn, textAt, type YamlNode } from '../tree.ts';
import { execsIn, nodesNamed, programsIn, referencesIn } from './literals.ts';

/** What the profiles of a directory may do, for a person who decides whether to trust them. Each list once, sorted. */
interface TrustSummary {
  /** `system/env` where a file says both. */
  readonly environments: readonly string[];
  /** `id (type)` */
  readonly sources: readonly string[];
  /** Command lines of checks, signals, runbooks and `${exec:…}`, as they are written. */
  readonly programs: readonly string[];
  /** Hosts and ports of addresses. */
  readonly hosts: readonly string[];
  /** Environment variables that are read. */
  readonly variables: readonly string[];
  /** Files that values are taken from. */
  readonly valueFiles: readonly string[];
}

const hostsIn = (text: string): readonly string[] =>
  [...text.matchAll(/[a-z][a-z0-9+.-]*:\/\/(?:[^/?#\s@]*@)?([^/?#\s@,]+)/gi)].map(([, host = '']) => host);

const sshIn = (tree: YamlNode, key: string): readonly string[] => {
  const sources = tree.is === 'map' ? tree.entries.get('sources')?.value : undefined;
  if (sources?.is !== 'map') return [];
  return [...sources.entries.values()].flatMap(({ value }) => {
    const list = value.is === 'map' ? value.entries.get(key)?.value : undefined;
    return list === undefined ? [] : [...scalarsIn(list)].map((one) => String(one.value));
  });
};

const sourcesIn = (tree: YamlNode): readonly string[] => {
  const sources = tree.is === 'map' ? tree.entries.get('sources')?.value : undefined;
  if (sources?.is !== 'map') return [];
  return [...sources.entries].map(
    ([id, { value }]) => `${id} (${textAt(value, 'type') ?? 'type of a base'})`,
  );
};

const environmentIn = (tree: YamlNode): readonly string[] => {
  const env = textAt(tree, 'env');
  return env === undefined ? [] : [`${textAt(tree, 'system') ?? '…'}/${env}`];
};

const shown = (word: string): string => (/^[\w./:=@%+,${}-]+$/.test(word) ? word : `'${word}'`);

const once = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

/** Files of which a source sends what they hold. */
const tokenKeys: ReadonlySet<string> = new Set(['tokenFile']);

/** Sums up files as they are written; contacts nothing and reads no value. */
export const trustSummaryOf = (trees: readonly YamlNode[]): TrustSummary => {
  const texts = trees.flatMap((tree) =>
    [...scalarsIn(tree)].flatMap(({ value }) => (typeof value === 'string' ? [value] : [])),
  );
  const references = trees.flatMap((tree) => [...referencesIn(tree)]);
  return {
    environments: once(trees.flatMap(environmentIn)),
    sources: once(trees.flatMap(sourcesIn)),
    programs: once(
      trees.flatMap((tree) =>
        [...programsIn(tree), ...execsIn(tree)].map((argv) => argv.map(shown).join(' ')),
      ),
    ),
    hosts: once([
      ...texts.flatMap(hostsIn),
      ...trees.flatMap((tree) => ['ssh', 'brokers'].flatMap((key) => sshIn(tree, key))),
    ]),
    variables: once(references.flatMap((one) => (one.is === 'env' ? [one.name] : []))),
    valueFiles: once([
      ...references.flatMap((one) => (one.is === 'file' ? [one.path] : [])),
      ...trees
        .flatMap((tree) => [...nodesNamed(tree, tokenKeys)].flatMap((node) => [...scalarsIn(node)]))
        .flatMap(({ value }) => (typeof value === 'string' ? [value] : [])),
    ]),
  };
};
