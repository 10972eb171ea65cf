import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { SourceEntry } from '../../domain/profile/profile.ts';
import type { PluginStatus } from '../../domain/profile/settings.ts';
import { type Diagnostic, positionText } from '../../domain/text/position.ts';
import type { SourceModule } from '../../sources/kit/contract/source.ts';
import type { ProfileCatalogEntry } from '../catalog/profile-catalog.ts';
import { errorAt } from '../document/diagnostics.ts';
import {
  childOf,
  type Gap,
  type ListNode,
  type MapNode,
  nodeNoun,
  textAt,
  type YamlNode,
} from '../document/tree.ts';

export interface BuiltSource {
  readonly entry: SourceEntry;
  /** Absent when the source type is unknown. */
  readonly module?: SourceModule;
  /** Config to validate against: the entry's own, or one with placeholders for values that arrive later. */
  readonly config?: unknown;
}

/** Input of the builders besides the tree. */
export interface BuildContext {
  readonly file: string;
  readonly modules: ReadonlyMap<string, SourceModule>;
  readonly now: Millis;
  /** The plugins that the user's settings allow. Absent: none. */
  readonly plugins?: readonly PluginStatus[];
  /** The faults of missing plugins that the profile requests: an unknown source type may belong to one of them. */
  readonly pluginProblems?: readonly Fault[];
  /** Absent: other environments are unknown. */
  readonly entries?: readonly ProfileCatalogEntry[];
}

/** One entry built from the tree, with all its diagnostics. */
export interface BuildResult<T> {
  readonly made: T;
  readonly diagnostics: readonly Diagnostic[];
}

const isError = (diagnostic: Diagnostic): boolean => diagnostic.severity === 'error';

/**
 * Returns why an entry is disabled: its first reference without a value, or the mismatch of its values. Undefined when
 * it is valid. The rest of the profile still works.
 */
export const gapProblem = (
  source: string,
  gaps: readonly Gap[],
  diagnostics: readonly Diagnostic[],
  now: Millis,
): Fault | undefined => {
  const [gap] = gaps;
  if (gap !== undefined) {
    const more = gaps.length > 1 ? `, and ${gaps.length - 1} more` : '';
    const message = `${gap.reference} ${gap.what} (${positionText(gap.position)})${more}`;
    return { kind: 'unconfigured', source, message, at: now, remedy: gap.todo };
  }
  const error = diagnostics.find(isError);
  if (error === undefined) return undefined;
  const message = `${error.what} (${positionText(error.position)})`;
  return { kind: 'unconfigured', source, message, at: now, remedy: error.todo };
};

/** Returns a warning for each reference without a value, with its consequence: 'source bus is off'. */
export const gapWarnings = (gaps: readonly Gap[], means: string): readonly Diagnostic[] =>
  gaps
    .filter((gap) => gap.missing)
    .map((gap) => ({
      position: gap.position,
      severity: 'warning',
      what: `${gap.reference} ${gap.what}: ${means}`,
      todo: gap.todo,
    }));

/** Returns the maps of a list section; reports any other item. */
export const mapItems = (
  tree: MapNode,
  section: string,
): { readonly maps: readonly MapNode[]; readonly diagnostics: readonly Diagnostic[] } => {
  const list = childOf(tree, section);
  if (list === undefined) return { maps: [], diagnostics: [] };
  const expected = (node: YamlNode, noun: string, todo: string): Diagnostic =>
    errorAt(node.position, `${section}: expected ${noun}, found ${nodeNoun(node)}`, todo);
  if (list.is !== 'list')
    return { maps: [], diagnostics: [expected(list, 'a list', 'write the entries as a list: - …')] };
  const maps = list.items.filter((item) => item.is === 'map');
  const others = list.items.filter((item) => item.is !== 'map');
  return { maps, diagnostics: others.map((item) => expected(item, 'a map', 'write KEY: VALUE lines')) };
};

/** Reports items of one list that share a name. */
export const duplicates = (list: ListNode | readonly MapNode[], by: 'id' | 'name', noun: string) => {
  const first = new Map<string, YamlNode>();
  const diagnostics: Diagnostic[] = [];
  for (const item of 'items' in list ? list.items : list) {
    const name = textAt(item, by);
    const node = childOf(item, by);
    if (name === undefined || node === undefined) continue;
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, node);
    else
      diagnostics.push(
        errorAt(
          node.position,
          `duplicate ${noun} "${name}" (first at ${positionText(earlier.position)})`,
          'rename or remove one of the two',
        ),
      );
  }
  return diagnostics;
};

/** Reports an ID that comes from a reference which is resolved only later. */
export const requireLiteral = (map: MapNode, key: string): readonly Diagnostic[] => {
  const node = childOf(map, key);
  if (node?.is !== 'scalar' || (node.gaps === undefined && node.outside === undefined)) return [];
  return [errorAt(node.position, `${key} cannot come from an external reference`, 'write the value')];
};
