import { child, type MapNode, type Node, textAt } from './tree.ts';

/** An entry of a profile that may serve requirements, under a path that outlives its place in a list. */
export interface ProfileEntry {
  /** `signals.cpu`, `runbooks.restart.verify.v1` */
  readonly path: string;
  readonly node: MapNode;
}

/** Ids for steps that have none: the letter and the place in the list, next free one when that is taken. */
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

/** Lists of a profile whose items may serve requirements. */
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

const steps = { diagnose: 'd', act: 'a', verify: 'v' } as const;

const mapsOf = (node: Node | undefined): readonly MapNode[] =>
  node?.is === 'list' ? node.items.filter((item) => item.is === 'map') : [];

/** What an item is called: its id, else what its builder takes in place of one. */
const nameOf = (node: MapNode): string | undefined =>
  textAt(node, 'id') ?? textAt(node, 'name') ?? textAt(node, 'title');

const named = (path: string, items: readonly MapNode[]): readonly ProfileEntry[] =>
  items.flatMap((node) => {
    const name = nameOf(node);
    return name === undefined ? [] : [{ path: `${path}.${name}`, node }];
  });

const stepsOf = ({ path, node }: ProfileEntry): readonly ProfileEntry[] =>
  Object.entries(steps).flatMap(([section, letter]) => {
    const items = mapsOf(child(node, section));
    const ids = stepIds(
      items.map((item) => textAt(item, 'id')),
      letter,
    );
    return items.map((item, index) => ({ path: `${path}.${section}.${ids[index]}`, node: item }));
  });

/** What belongs to an entry and serves requirements of its own: steps of a runbook, items of a checklist. */
const within = (entry: ProfileEntry): readonly ProfileEntry[] => {
  if (entry.path.startsWith('runbooks.')) return stepsOf(entry);
  if (entry.path.startsWith('checklists.'))
    return named(`${entry.path}.items`, mapsOf(child(entry.node, 'items')));
  return [];
};

/** Every entry of a merged profile that may serve requirements: sources, signals, views, runbooks with their steps, and so on. */
export const entriesOf = (tree: MapNode): readonly ProfileEntry[] => {
  const sources = child(tree, 'sources');
  const review = child(tree, 'review');
  const listed = sections.flatMap((section) => named(section, mapsOf(child(tree, section))));
  return [
    ...(sources?.is === 'map'
      ? [...sources.entries].flatMap(([id, { value }]) =>
          value.is === 'map' ? [{ path: `sources.${id}`, node: value }] : [],
        )
      : []),
    ...named('logs.views', mapsOf(child(child(tree, 'logs'), 'views'))),
    ...listed.flatMap((entry) => [entry, ...within(entry)]),
    ...(review?.is === 'map' ? [{ path: 'review', node: review }] : []),
  ];
};
