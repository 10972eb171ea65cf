import type { Diagnostic } from '../../domain/text/position.ts';
import { didYouMean, errorAt } from './diagnostics.ts';
import { type Combination, itemNameField } from './each-values.ts';
import { childOf, itemsOf, type MapNode, nodeNoun, textAt, type YamlNode } from './tree.ts';

/** Combinations that one template may have. */
const maxCombinations = 2000;

const isNamed = (item: YamlNode): boolean =>
  item.is === 'scalar' ? item.value !== null : textAt(item, itemNameField) !== undefined;

/** The list that an axis goes over: written there, or named: a list of the inventory, or of an earlier axis (`service.regions`). */
const axisItems = (
  name: string,
  node: YamlNode,
  known: Combination,
  inventory: YamlNode | undefined,
): readonly YamlNode[] | Diagnostic => {
  const path = node.is === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
  const [first = '', ...fields] = path?.split('.') ?? [];
  const list =
    path === undefined
      ? node
      : fields.reduce<YamlNode | undefined>(
          (found, field) => childOf(found, field),
          fields.length > 0 ? known.get(first) : childOf(inventory, first),
        );
  if (list === undefined || (path !== undefined && list.is !== 'list')) {
    const lists = inventory?.is === 'map' ? [...inventory.entries.keys()] : [];
    const what =
      fields.length > 0 ? `"${path}" is not the name of a list above` : `the inventory has no list "${path}"`;
    return errorAt(
      node.position,
      `over.${name}: ${what}`,
      didYouMean(first, [...lists, ...known.keys()], `write a list, or the name of a list under inventory`),
    );
  }
  if (list.is !== 'list')
    return errorAt(
      node.position,
      `over.${name}: expected a list, found ${nodeNoun(list)}`,
      'write a list, or the name of a list under inventory',
    );
  const unnamed = list.items.find((item) => !isNamed(item));
  return unnamed === undefined
    ? list.items
    : errorAt(
        unnamed.position,
        `${nodeNoun(unnamed)} of ${name} has no name`,
        'write a text, or a map with name:',
      );
};

/** Every combination of the values of all axes, in the order of the text; undefined after a diagnostic. */
export const combinationsOf = (
  over: MapNode,
  inventory: YamlNode | undefined,
  diagnostics: Diagnostic[],
): readonly Combination[] | undefined => {
  let combinations: readonly Combination[] = [new Map()];
  for (const [name, { key, value }] of over.entries) {
    if (!/^[A-Za-z_][\w-]*$/.test(name)) {
      diagnostics.push(errorAt(key, `"${name}" is not a valid name`, 'use letters, digits, - and _'));
      return undefined;
    }
    const next: Combination[] = [];
    for (const combination of combinations) {
      const items = axisItems(name, value, combination, inventory);
      if ('severity' in items) {
        diagnostics.push(items);
        return undefined;
      }
      for (const item of items) next.push(new Map(combination).set(name, item));
    }
    if (next.length > maxCombinations) {
      diagnostics.push(
        errorAt(
          over.position,
          `over makes ${next.length} combinations, and at most ${maxCombinations} are read`,
          'split the environment',
        ),
      );
      return undefined;
    }
    combinations = next;
  }
  return combinations;
};

const textOf = (node: YamlNode | undefined): string | undefined => {
  const named = node?.is === 'map' ? childOf(node, itemNameField) : node;
  return named?.is === 'scalar' ? String(named.value) : undefined;
};

/** True: all axes of an exception have its values. */
export const isExcepted = (combination: Combination, exceptions: readonly MapNode[]): boolean =>
  exceptions.some((exception) =>
    [...exception.entries].every(([axis, { value }]) => textOf(combination.get(axis)) === textOf(value)),
  );

/** The exceptions of a template. Reports one that names no axis: it would except everything, or nothing. */
export const exceptionsOf = (
  template: MapNode,
  over: MapNode,
  diagnostics: Diagnostic[],
): readonly MapNode[] => {
  const except = childOf(template, 'except');
  if (except === undefined) return [];
  const items = itemsOf(except);
  const maps = items.flatMap((item) => (item.is === 'map' && item.entries.size > 0 ? [item] : []));
  if (except.is !== 'list' || maps.length < items.length)
    diagnostics.push(
      errorAt(
        except.position,
        'except: expected a list of maps',
        'write except: [{ service: NAME, region: NAME }]',
      ),
    );
  for (const map of maps)
    for (const [axis, { key }] of map.entries)
      if (!over.entries.has(axis))
        diagnostics.push(
          errorAt(
            key,
            `except: over has no "${axis}"`,
            didYouMean(axis, [...over.entries.keys()], 'remove it'),
          ),
        );
  return maps;
};
