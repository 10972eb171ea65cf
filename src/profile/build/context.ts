import type { Fault, Millis } from '../../domain/fault.ts';
import { type Complaint, positionText } from '../../domain/position.ts';
import type { SourceEntry } from '../../domain/profile.ts';
import type { PluginStatus } from '../../domain/settings.ts';
import type { SourceModule } from '../../sources/source.ts';
import { errorAt } from '../complaints.ts';
import type { ProfileCatalogEntry } from '../profile-catalog.ts';
import { childOf, type Gap, type ListNode, type MapNode, nodeNoun, textAt, type YamlNode } from '../tree.ts';

export interface BuiltSource {
  readonly entry: SourceEntry;
  /** Absent when the type is not known. */
  readonly module?: SourceModule;
  /** For what is checked against it: the entry's config, or one with stand-ins for values that come later. */
  readonly config?: unknown;
}

/** What the builders know besides the tree. */
export interface BuildContext {
  readonly file: string;
  readonly modules: ReadonlyMap<string, SourceModule>;
  readonly now: Millis;
  /** The plugins that the user's settings allow; absent: none. */
  readonly plugins?: readonly PluginStatus[];
  /** Why plugins that the profile asks for are not there: a source type that is not known may be theirs. */
  readonly pluginProblems?: readonly Fault[];
  /** Absent: nobody knows which other environments there are. */
  readonly entries?: readonly ProfileCatalogEntry[];
}

/** One entry made of the tree, with everything that is wrong about it. */
export interface BuildResult<T> {
  readonly made: T;
  readonly complaints: readonly Complaint[];
}

const isError = (complaint: Complaint): boolean => complaint.severity === 'error';

/**
 * Why an entry is off: the first reference without a value, or what its values do not fit. Undefined when nothing is
 * wrong. The rest of the profile goes on without it.
 */
export const gapProblem = (
  source: string,
  gaps: readonly Gap[],
  complaints: readonly Complaint[],
  now: Millis,
): Fault | undefined => {
  const [gap] = gaps;
  if (gap !== undefined) {
    const more = gaps.length > 1 ? `, and ${gaps.length - 1} more` : '';
    const message = `${gap.reference} ${gap.what} (${positionText(gap.position)})${more}`;
    return { kind: 'unconfigured', source, message, at: now, remedy: gap.todo };
  }
  const error = complaints.find(isError);
  if (error === undefined) return undefined;
  const message = `${error.what} (${positionText(error.position)})`;
  return { kind: 'unconfigured', source, message, at: now, remedy: error.todo };
};

/** A warning for each reference without a value, with what that means: 'source bus is off'. */
export const gapWarnings = (gaps: readonly Gap[], means: string): readonly Complaint[] =>
  gaps
    .filter((gap) => gap.missing)
    .map((gap) => ({
      position: gap.position,
      severity: 'warning',
      what: `${gap.reference} ${gap.what}: ${means}`,
      todo: gap.todo,
    }));

/** The maps of a list section; anything else in it is complained about. */
export const mapItems = (
  tree: MapNode,
  section: string,
): { readonly maps: readonly MapNode[]; readonly complaints: readonly Complaint[] } => {
  const list = childOf(tree, section);
  if (list === undefined) return { maps: [], complaints: [] };
  const expected = (node: YamlNode, noun: string, todo: string): Complaint =>
    errorAt(node.position, `${section}: expected ${noun}, found ${nodeNoun(node)}`, todo);
  if (list.is !== 'list') return { maps: [], complaints: [expected(list, 'a list', 'write a list: - …')] };
  const maps = list.items.filter((item) => item.is === 'map');
  const others = list.items.filter((item) => item.is !== 'map');
  return { maps, complaints: others.map((item) => expected(item, 'a map', 'write KEY: VALUE lines')) };
};

/** Items of one list that share a name. */
export const duplicates = (list: ListNode | readonly MapNode[], by: 'id' | 'name', noun: string) => {
  const first = new Map<string, YamlNode>();
  const complaints: Complaint[] = [];
  for (const item of 'items' in list ? list.items : list) {
    const name = textAt(item, by);
    const node = childOf(item, by);
    if (name === undefined || node === undefined) continue;
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, node);
    else
      complaints.push(
        errorAt(
          node.position,
          `duplicate ${noun} "${name}" (first at ${positionText(earlier.position)})`,
          'rename or remove one of them',
        ),
      );
  }
  return complaints;
};

/** A complaint when an id is left to a reference that only gets its value later. */
export const requireLiteral = (map: MapNode, key: string): readonly Complaint[] => {
  const node = childOf(map, key);
  if (node?.is !== 'scalar' || (node.gaps === undefined && node.outside === undefined)) return [];
  return [errorAt(node.position, `${key} cannot come from an external reference`, 'write the value')];
};
