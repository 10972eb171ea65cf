import type { Diagnostic } from '../../domain/text/position.ts';
import { declaredLimits, isExpressionKey, isTextKey } from '../document/limit-references.ts';
import { itemsOf, type MapNode, type ScalarNode, textAt, type YamlNode } from '../document/tree.ts';

/** The limits of a signal that are numbers, and whether it has a unit. */
interface Limited {
  readonly limits: ReadonlyMap<string, number>;
  readonly hasUnit: boolean;
}

const limitedSignals = (tree: MapNode): ReadonlyMap<string, Limited> => {
  const declared = declaredLimits(tree);
  return new Map(
    itemsOf(tree.entries.get('signals')?.value).map((signal) => {
      const id = textAt(signal, 'id') ?? '';
      const limits = ['warn', 'crit'].flatMap((level): readonly (readonly [string, number])[] => {
        const value = declared.get(`limit.${id}.${level}`)?.value;
        return typeof value === 'number' ? [[level, value]] : [];
      });
      return [id, { limits: new Map(limits), hasUnit: (textAt(signal, 'unit') ?? '') !== '' }];
    }),
  );
};

/** A comparison with a number that stands in the expression itself. */
const comparison = /(?<![\w.$"-])([A-Za-z][\w.-]*)\s*(?:[<>!]=?|=)\s*(-?\d+(?:\.\d+)?)(?![\w.%])/g;

/** 0 and 1 ask whether there is one: they are no threshold, unless the signal has a unit. */
const isThreshold = (value: number, { hasUnit }: Limited): boolean => value !== 0 && (value !== 1 || hasUnit);

const levelWith = (limited: Limited | undefined, value: number): string | undefined =>
  limited === undefined || !isThreshold(value, limited)
    ? undefined
    : [...limited.limits].find(([, limit]) => limit === value)?.[0];

const repeat = (
  node: ScalarNode,
  where: string,
  id: string,
  level: string,
  value: number,
  todo: string,
): Diagnostic => ({
  position: node.position,
  severity: 'note',
  what: `${where}: ${value} repeats the limit ${level} of ${id}`,
  todo,
});

const inExpression = (
  key: string,
  node: ScalarNode,
  signals: ReadonlyMap<string, Limited>,
): readonly Diagnostic[] =>
  [...String(node.value).matchAll(comparison)].flatMap(([, id = '', number = '']) => {
    const level = levelWith(signals.get(id), Number(number));
    if (level === undefined) return [];
    const other = level === 'crit' && signals.get(id)?.limits.has('warn') === true ? ', crit' : '';
    return [repeat(node, key, id, level, Number(number), `write limit(${id}${other})`)];
  });

const textsOf = (node: YamlNode): readonly ScalarNode[] =>
  node.is === 'scalar' ? [node] : itemsOf(node).filter((item) => item.is === 'scalar');

const idsIn = (expression: string, signals: ReadonlyMap<string, Limited>): readonly string[] => [
  ...new Set(
    [...expression.matchAll(/[A-Za-z][\w.-]*/g)].map(([word]) => word).filter((word) => signals.has(word)),
  ),
];

const inText = (
  key: string,
  node: ScalarNode,
  ids: readonly string[],
  signals: ReadonlyMap<string, Limited>,
): readonly Diagnostic[] => {
  const numbers = [...String(node.value).matchAll(/(?<![\w.${-])\d[\d,]*(?:\.\d+)?(?![\w}-])/g)].map(
    ([text]) => Number(text.replaceAll(',', '')),
  );
  return ids.flatMap((id) =>
    numbers.flatMap((number) => {
      const level = levelWith(signals.get(id), number);
      return level === undefined
        ? []
        : [repeat(node, key, id, level, number, `write \${limit.${id}.${level}}`)];
    }),
  );
};

const inMap = (node: MapNode, signals: ReadonlyMap<string, Limited>): readonly Diagnostic[] => {
  const expressions = [...node.entries].flatMap(([key, { value }]) =>
    isExpressionKey(key) && value.is === 'scalar' && typeof value.value === 'string'
      ? [{ key, node: value, text: value.value }]
      : [],
  );
  const ids = expressions.flatMap(({ text }) => idsIn(text, signals));
  const texts = ids.length === 0 ? [] : [...node.entries].filter(([key]) => isTextKey(key));
  return [
    ...expressions.flatMap((expression) => inExpression(expression.key, expression.node, signals)),
    ...texts.flatMap(([key, { value }]) =>
      textsOf(value).flatMap((text) => inText(key, text, [...new Set(ids)], signals)),
    ),
  ];
};

const below = (node: YamlNode, signals: ReadonlyMap<string, Limited>): readonly Diagnostic[] => {
  if (node.is === 'scalar') return [];
  if (node.is === 'list') return node.items.flatMap((item) => below(item, signals));
  return [
    ...inMap(node, signals),
    ...[...node.entries.values()].flatMap(({ value }) => below(value, signals)),
  ];
};

/**
 * Notes the places that repeat a number of a signal's limit: a change of the limit would leave them as they are. `written`: the
 * tree with its references, `resolved`: with their values.
 */
export const repeatedLimits = (written: MapNode, resolved: MapNode): readonly Diagnostic[] => {
  const signals = limitedSignals(resolved);
  return below(written, signals);
};
