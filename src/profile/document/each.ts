import type { Diagnostic } from '../../domain/text/position.ts';
import { errorAt } from './diagnostics.ts';
import { combinationsOf, exceptionsOf, isExcepted } from './each-combinations.ts';
import { EachFiller } from './each-values.ts';
import {
  childOf,
  type ListNode,
  type MapEntry,
  type MapNode,
  nodeNoun,
  plainValue,
  scalarsIn,
  withoutKeys,
  type YamlNode,
} from './tree.ts';

/** Values that a template may make. */
const maxScalars = 200_000;

/** Keys of a template beside its sections. */
const ownKeys = ['over', 'except'];

const textOfNode = (node: YamlNode): string => JSON.stringify(plainValue(node));

const joinedMaps = (maps: readonly MapNode[], path: string, diagnostics: Diagnostic[]): MapNode => {
  const [first] = maps as readonly [MapNode];
  const byKey = Map.groupBy(
    maps.flatMap((map) => [...map.entries]),
    ([key]) => key,
  );
  const entries = [...byKey].map(([key, found]): [string, MapEntry] => {
    const [[, entry]] = found as [[string, MapEntry]];
    const values = found.map(([, { value }]) => value);
    return [key, { ...entry, value: joined(values, path === '' ? key : `${path}.${key}`, diagnostics) }];
  });
  return { ...first, entries: new Map(entries) };
};

/**
 * Joins what the combinations make under one key: maps by key, and lists one after the other, so that the source of a region
 * gets the checks of all its services. Of values that differ the first would hide the others.
 */
const joined = (nodes: readonly YamlNode[], path: string, diagnostics: Diagnostic[]): YamlNode => {
  const [first] = nodes as readonly [YamlNode];
  const maps = nodes.filter((node) => node.is === 'map');
  if (maps.length === nodes.length) return joinedMaps(maps, path, diagnostics);
  const lists = nodes.filter((node) => node.is === 'list');
  if (first.is === 'list' && lists.length === nodes.length) {
    const items = lists.flatMap((list) => list.items);
    return { ...first, items: [...new Map(items.map((item) => [textOfNode(item), item])).values()] };
  }
  const other = nodes.find((node) => textOfNode(node) !== textOfNode(first));
  if (other !== undefined)
    diagnostics.push(
      errorAt(
        other.position,
        `each makes ${path} more than once, with different values`,
        'write ${each.NAME} into the key above it, so that every combination has its own',
      ),
    );
  return first;
};

/** The sections that a template makes; undefined after a diagnostic. */
const expandTemplate = (
  template: YamlNode,
  inventory: YamlNode | undefined,
  diagnostics: Diagnostic[],
): MapNode | undefined => {
  const over = childOf(template, 'over');
  if (template.is !== 'map' || over?.is !== 'map' || over.entries.size === 0) {
    diagnostics.push(
      errorAt(
        (over ?? template).position,
        'each: expected a map with over:',
        'write over: { service: [NAME, NAME] } and the sections to repeat',
      ),
    );
    return undefined;
  }
  const sections = withoutKeys(template, ...ownKeys);
  for (const [name, { key, value }] of sections.entries)
    if (value.is === 'scalar')
      diagnostics.push(
        errorAt(key, `each cannot repeat "${name}"`, 'repeat sections such as sources, signals and runbooks'),
      );
  const combinations = combinationsOf(over, inventory, diagnostics);
  const exceptions = exceptionsOf(template, over, diagnostics);
  if (combinations === undefined) return undefined;
  const filler = new EachFiller(diagnostics);
  const used = combinations.filter((combination) => !isExcepted(combination, exceptions));
  if (used.length * scalarsIn(sections).length > maxScalars) {
    diagnostics.push(errorAt(template.position, 'each makes too many values', 'split the environment'));
    return undefined;
  }
  const made = used.map((combination) => filler.map(sections, combination));
  return made.length === 0 ? undefined : joinedMaps(made, '', diagnostics);
};

/**
 * Expands `each:` of a merged profile: every template is repeated for each combination of the values under its `over:`, with
 * `${each.NAME}` replaced in keys and texts. Returns the sections that each template makes. They are layers below the profile
 * itself, so that its own entries correct those of the same id.
 */
export const expandEach = (
  profile: MapNode,
): { readonly layers: readonly MapNode[]; readonly diagnostics: readonly Diagnostic[] } => {
  const each = childOf(profile, 'each');
  const inventory = childOf(profile, 'inventory');
  const diagnostics: Diagnostic[] = [];
  if (inventory !== undefined && inventory.is !== 'map')
    diagnostics.push(
      errorAt(
        inventory.position,
        `inventory: expected a map, found ${nodeNoun(inventory)}`,
        'write NAME: [ITEM, ITEM]',
      ),
    );
  if (each === undefined) return { layers: [], diagnostics };
  const templates: ListNode['items'] = each.is === 'list' ? each.items : [each];
  const layers = templates.flatMap((template) => expandTemplate(template, inventory, diagnostics) ?? []);
  return { layers, diagnostics };
};
