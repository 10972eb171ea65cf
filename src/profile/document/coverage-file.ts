import { join, normalize } from 'node:path';
import { type Diagnostic, positionText as placeText } from '../../domain/text/position.ts';
import type { Files } from '../../platform/files/local-files.ts';
import { didYouMean, errorAt } from './diagnostics.ts';
import { yamlReader } from './layers.ts';
import { childOf, type MapNode, nodeNoun, type ScalarNode, textAt, type YamlNode } from './tree.ts';

/** A profile entry that may cover requirements, under a path that does not depend on its list index. */
interface ProfileEntry {
  /** `signals.cpu`, `runbooks.restart.verify.v1` */
  readonly path: string;
  readonly node: MapNode;
}

/** Returns IDs for steps without one: the letter and the index, or the next free one. */
export const stepIds = (written: readonly (string | undefined)[], letter: string): readonly string[] => {
  const taken = new Set(written);
  return written.map((id, index) => {
    if (id !== undefined) return id;
    let n = index + 1;
    while (taken.has(`${letter}${n}`)) n += 1;
    taken.add(`${letter}${n}`);
    return `${letter}${n}`;
  });
};

/** Profile lists whose items may cover requirements. */
const sections = [
  'signals',
  'runbooks',
  'contacts',
  'links',
  'severities',
  'escalation',
  'authority',
  'checklists',
] as const;

const steps = { diagnose: 'd', act: 'a', verify: 'v', after: 'f', prevent: 'p' } as const;

const mapsOf = (node: YamlNode | undefined): readonly MapNode[] =>
  node?.is === 'list' ? node.items.filter((item) => item.is === 'map') : [];

/** Returns the name of an item: its ID, else the key that its builder uses instead. */
const nameOf = (node: MapNode): string | undefined =>
  textAt(node, 'id') ?? textAt(node, 'name') ?? textAt(node, 'title');

const named = (path: string, items: readonly MapNode[]): readonly ProfileEntry[] =>
  items.flatMap((node) => {
    const name = nameOf(node);
    return name === undefined ? [] : [{ path: `${path}.${name}`, node }];
  });

const stepsOf = ({ path, node }: ProfileEntry): readonly ProfileEntry[] =>
  Object.entries(steps).flatMap(([section, letter]) => {
    const items = mapsOf(childOf(node, section));
    const ids = stepIds(
      items.map((item) => textAt(item, 'id')),
      letter,
    );
    return items.map((item, index) => ({ path: `${path}.${section}.${ids[index]}`, node: item }));
  });

/** Returns the parts of an entry that cover requirements separately: runbook steps, checklist items. */
const within = (entry: ProfileEntry): readonly ProfileEntry[] => {
  if (entry.path.startsWith('runbooks.')) return stepsOf(entry);
  if (entry.path.startsWith('checklists.'))
    return named(`${entry.path}.items`, mapsOf(childOf(entry.node, 'items')));
  return [];
};

/**
 * Returns every entry of a merged profile that may cover requirements: sources, signals, views, runbooks with their
 * steps, and so on.
 */
const entriesOf = (tree: MapNode): readonly ProfileEntry[] => {
  const sources = childOf(tree, 'sources');
  const review = childOf(tree, 'review');
  const listed = sections.flatMap((section) => named(section, mapsOf(childOf(tree, section))));
  return [
    ...(sources?.is === 'map'
      ? [...sources.entries].flatMap(([id, { value }]) =>
          value.is === 'map' ? [{ path: `sources.${id}`, node: value }] : [],
        )
      : []),
    ...named('logs.views', mapsOf(childOf(childOf(tree, 'logs'), 'views'))),
    ...listed.flatMap((entry) => [entry, ...within(entry)]),
    ...(review?.is === 'map' ? [{ path: 'review', node: review }] : []),
  ];
};

/** Name of the file next to a system's profiles that lists the requirements covered by each entry. */
export const coverageFileName = 'coverage.yaml';

/** Requirement IDs by entry path: `runbooks.restart.verify.v1`. */
export type EntryIds = ReadonlyMap<string, readonly string[]>;

/** A coverage file as read; empty when the file does not exist. */
interface CoverageFile {
  /** Undefined when the file is missing or not a map. */
  readonly tree?: MapNode;
  readonly diagnostics: readonly Diagnostic[];
}

/** An environment of the directory, with its profile merged but not resolved. */
interface CoveredEnvironment {
  readonly env: string;
  readonly tree: MapNode;
}

/** Section for entries that cover different requirements per environment. */
const environmentsKey = 'environments';

/** Requirement ID: `S0-I3-D2`. Parts of capitals and digits; the first starts with a letter. */
const idPattern = /^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*$/;

/** Reads the coverage file of a profile directory. Without one, only `covers` keys provide IDs. */
export const readCoverageFile = async (dir: string, files: Files): Promise<CoverageFile> => {
  const file = normalize(join(dir, coverageFileName));
  if ((await files.read(file).catch(() => '')) === undefined) return { diagnostics: [] };
  const { tree, diagnostics } = await yamlReader(files)(file);
  if (tree === undefined || tree.is === 'map') return { ...(tree && { tree }), diagnostics };
  const what = `expected a map of entries, found ${nodeNoun(tree)}`;
  return { diagnostics: [...diagnostics, errorAt(tree.position, what, 'write signals.ID: [REQUIREMENT]')] };
};

const textsIn = (node: YamlNode | undefined): readonly (ScalarNode & { readonly value: string })[] =>
  node?.is === 'list'
    ? node.items.flatMap((item) =>
        item.is === 'scalar' && typeof item.value === 'string' ? [{ ...item, value: item.value }] : [],
      )
    : [];

const ownIds = ({ node }: ProfileEntry): readonly string[] =>
  textsIn(childOf(node, 'covers')).map(({ value }) => value);

const sectionsOf = (tree: MapNode | undefined, env: string): readonly (YamlNode | undefined)[] => [
  tree,
  childOf(childOf(tree, environmentsKey), env),
];

/**
 * Returns the requirements that each entry of an environment covers: its `covers` key first, then the coverage file.
 * Omits entries without any.
 */
export const entryIds = ({ env, tree }: CoveredEnvironment, { tree: side }: CoverageFile): EntryIds => {
  const sections = sectionsOf(side, env);
  return new Map(
    entriesOf(tree).flatMap((entry) => {
      const beside = sections.flatMap((section) => textsIn(childOf(section, entry.path)));
      const ids = [...new Set([...ownIds(entry), ...beside.map(({ value }) => value)])];
      return ids.length === 0 ? [] : [[entry.path, ids] as const];
    }),
  );
};

/** Returns the IDs of a coverage file for one entry, without reading the profile. */
export const idsBeside = ({ tree }: CoverageFile, env: string, path: string): readonly string[] =>
  sectionsOf(tree, env).flatMap((section) => textsIn(childOf(section, path)).map(({ value }) => value));

/** Returns a hint such as 'did you mean "runbooks.restart.verify.v1"?', from the known paths with the same prefix. */
const nearestPath = (path: string, known: readonly string[]): string => {
  const parts = path.split('.');
  for (let kept = parts.length - 1; kept >= 0; kept -= 1) {
    const begin = parts
      .slice(0, kept)
      .map((part) => `${part}.`)
      .join('');
    const near = known.filter((text) => text.startsWith(begin));
    if (near.length === 0) continue;
    const words = didYouMean(
      path.slice(begin.length),
      near.map((text) => text.slice(begin.length)),
    );
    return words.replace('did you mean "', `did you mean "${begin}`);
  }
  return 'remove the path';
};

interface Known {
  readonly paths: readonly string[];
  /** IDs of `covers` keys, by path. */
  readonly own: ReadonlyMap<string, ReadonlySet<string>>;
}

const knownIn = (environments: readonly CoveredEnvironment[]): Known => {
  const own = new Map<string, Set<string>>();
  for (const { tree } of environments)
    for (const entry of entriesOf(tree)) {
      const ids = own.get(entry.path) ?? new Set();
      own.set(entry.path, ids);
      for (const id of ownIds(entry)) ids.add(id);
    }
  return { paths: [...own.keys()], own };
};

const idDiagnostics = (
  path: string,
  list: YamlNode,
  own: ReadonlySet<string>,
  general: readonly (ScalarNode & { readonly value: string })[],
): readonly Diagnostic[] => {
  if (list.is !== 'list')
    return [
      errorAt(list.position, `${path}: expected a list, found ${nodeNoun(list)}`, 'write a list: [S1-I3-D2]'),
    ];
  const seen = new Map(general.map((node) => [node.value, node]));
  return list.items.flatMap((item) => {
    if (item.is !== 'scalar' || typeof item.value !== 'string')
      return [
        errorAt(
          item.position,
          `${path}: expected an id, found ${nodeNoun(item)}`,
          'write an id like S1-I3-D2',
        ),
      ];
    const { value: id, position } = item;
    if (!idPattern.test(id))
      return [
        errorAt(position, `${path}: "${id}" is not a requirement id`, 'use capitals, digits and -: S1-I3-D2'),
      ];
    const first = seen.get(id);
    seen.set(id, first ?? { ...item, value: id });
    if (first !== undefined)
      return [
        errorAt(
          position,
          `${path}: duplicate ${id} (first at ${placeText(first.position)})`,
          'remove one of them',
        ),
      ];
    if (!own.has(id)) return [];
    return [errorAt(position, `${path}: duplicate ${id}: also in covers of the entry`, 'remove one of them')];
  });
};

const sectionDiagnostics = (
  section: MapNode,
  { paths, own }: Known,
  where: string,
  general?: MapNode,
): readonly Diagnostic[] =>
  [...section.entries].flatMap(([path, { key, value }]) => {
    if (path === environmentsKey && general === undefined) return [];
    const ids = own.get(path);
    if (ids === undefined)
      return [errorAt(key, `no entry ${where} has the path "${path}"`, nearestPath(path, paths))];
    return idDiagnostics(path, value, ids, textsIn(childOf(general, path)));
  });

/**
 * Validates a coverage file: unknown paths, invalid IDs, and IDs that one entry has twice, in the file or in its own
 * `covers`.
 */
export const coverageDiagnostics = (
  { tree, diagnostics }: CoverageFile,
  environments: readonly CoveredEnvironment[],
): readonly Diagnostic[] => {
  if (tree === undefined) return diagnostics;
  const apart = childOf(tree, environmentsKey);
  const ofEnvironments =
    apart === undefined
      ? []
      : apart.is !== 'map'
        ? [
            errorAt(
              apart.position,
              `${environmentsKey}: expected a map, found ${nodeNoun(apart)}`,
              'write ENV: { PATH: [REQUIREMENT] }',
            ),
          ]
        : [...apart.entries].flatMap(([env, { key, value }]) => {
            const named = environments.filter((environment) => environment.env === env);
            if (named.length === 0) {
              const known = environments.map((environment) => environment.env);
              return [errorAt(key, `no environment is called "${env}"`, didYouMean(env, known))];
            }
            if (value.is !== 'map')
              return [
                errorAt(
                  value.position,
                  `${env}: expected a map, found ${nodeNoun(value)}`,
                  'write PATH: [ID]',
                ),
              ];
            return sectionDiagnostics(value, knownIn(named), `of ${env}`, tree);
          });
  return [...diagnostics, ...sectionDiagnostics(tree, knownIn(environments), 'here'), ...ofEnvironments];
};
