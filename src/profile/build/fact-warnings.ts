import type { FactKind } from '../../domain/facts/facts.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { choiceOrigin } from '../../expressions/choices.ts';
import { asksForResolvedAlerts, kindsOf, testsOf } from '../../expressions/rows/mentions.ts';
import { parseExpression, parseTest } from '../../expressions/rows/parse.ts';
import { isKind } from '../../kinds/registry/registry.ts';
import { childOf, itemsOf, type MapNode, textAt, type YamlNode } from '../document/tree.ts';
import { type BuiltSource, mapItems } from './context.ts';
import { withRead } from './derived-signals.ts';
import { type MovedTest, movedTests } from './moved-words.ts';

/** The kinds of the sets in one text of a profile, and its tests that no row can pass any more. */
interface Reading {
  readonly node: YamlNode;
  /** 'restart when', 'restart params.pod.from' */
  readonly label: string;
  readonly kinds: readonly FactKind[];
  readonly moved: readonly MovedTest[];
  /** True: it asks whether an alert is resolved. */
  readonly asksForResolved?: boolean;
}

const expressionIn = (map: YamlNode, key: string, label: string): readonly Reading[] => {
  const node = childOf(map, key);
  const parsed = parseExpression(textAt(map, key) ?? '');
  if (node === undefined || !parsed.ok) return [];
  const moved = testsOf(parsed.expression).flatMap(({ kind, test }) => movedTests(kind, test));
  return [
    {
      node,
      label: `${label} ${key}`.trim(),
      kinds: [...kindsOf(parsed.expression)],
      moved,
      asksForResolved: asksForResolvedAlerts(parsed.expression),
    },
  ];
};

/** A test of the rows of a kind. The kind itself is reported where it is named. */
const testIn = (map: YamlNode, key: string, kind: FactKind, label: string): readonly Reading[] => {
  const node = childOf(map, key);
  const parsed = parseTest(kind, textAt(map, key) ?? '');
  if (node === undefined || !parsed.ok) return [];
  return [{ node, label: `${label}${key}`, kinds: [], moved: movedTests(kind, parsed.test.test) }];
};

const paramReadings = (runbook: MapNode, label: string): readonly Reading[] => {
  const params = childOf(runbook, 'params');
  if (params?.is !== 'map') return [];
  return [...params.entries].flatMap(([name, { value: param }]) => {
    const node = childOf(param, 'from');
    const origin = choiceOrigin(textAt(param, 'from') ?? '');
    if (node === undefined || 'what' in origin) return [];
    const { kind } = origin;
    const path = `${label} params.${name}.`;
    return [
      { node, label: `${path}from`, kinds: [kind], moved: [] },
      ...testIn(param, 'where', kind, path),
      ...itemsOf(childOf(param, 'avoid')).flatMap((item, i) =>
        testIn(item, 'that', kind, `${path}avoid[${i}].`),
      ),
    ];
  });
};

const stepReadings = (map: MapNode, section: string, label: string): readonly Reading[] =>
  itemsOf(childOf(map, section)).flatMap((step, i) =>
    ['that', 'needs'].flatMap((key) => expressionIn(step, key, `${label} ${section}[${i}]`)),
  );

const runbookReadings = (runbook: MapNode): readonly Reading[] => {
  const label = textAt(runbook, 'id') ?? '';
  return [
    ...expressionIn(runbook, 'when', label).map(atPresent),
    ...paramReadings(runbook, label),
    ...['diagnose', 'act'].flatMap((section) => stepReadings(runbook, section, label).map(atPresent)),
    ...stepReadings(runbook, 'verify', label),
  ];
};

/** Outside a verification, an alert that is not there is not firing. */
const atPresent = ({ asksForResolved: _, ...reading }: Reading): Reading => reading;

const signalReadings = (written: MapNode): readonly Reading[] => {
  const read = childOf(withRead(written), 'read');
  const node = childOf(read, 'fact');
  const kind = textAt(read, 'fact') ?? '';
  if (read === undefined || node === undefined || !isKind(kind)) return [];
  const label = `${textAt(written, 'id') ?? ''} read.`;
  return [{ node, label: `${label}fact`, kinds: [kind], moved: [] }, ...testIn(read, 'where', kind, label)];
};

const readingsOf = (tree: MapNode): readonly Reading[] => [
  ...mapItems(tree, 'signals').maps.flatMap(signalReadings),
  ...mapItems(tree, 'runbooks').maps.flatMap(runbookReadings),
  ...mapItems(tree, 'checklists').maps.flatMap((list) =>
    stepReadings(list, 'items', `checklist ${textAt(list, 'id') ?? ''}`).map(atPresent),
  ),
];

/**
 * Returns the kinds that the sources provide; undefined when one of them may provide any. Health also comes from the other
 * environments of the system.
 */
const providedKinds = (
  sources: readonly BuiltSource[],
  hasOtherEnvironments: boolean,
): ReadonlySet<FactKind> | undefined => {
  const kinds = new Set<FactKind>(hasOtherEnvironments ? ['health'] : []);
  for (const { module, config } of sources) {
    if (module?.gives === undefined || config === undefined || module.plugin !== undefined) return undefined;
    for (const kind of module.gives(config).kinds) kinds.add(kind);
  }
  return kinds;
};

/** Returns whether a source reads the rules that produce alerts; true as well when one of them may. */
const readsAlertRules = (sources: readonly BuiltSource[]): boolean =>
  sources.some(
    ({ module, config }) =>
      module?.gives === undefined ||
      config === undefined ||
      module.plugin !== undefined ||
      module.gives(config).alertRules === true,
  );

const warning = ({ node, label }: Reading, what: string, todo: string): Diagnostic => ({
  position: node.position,
  severity: 'warning',
  what: `${label}: ${what}`,
  todo,
});

/**
 * Warns about expressions whose result never changes: over a kind that no source provides (always unknown), and with a word
 * that no row has any more. A plugin may provide both.
 */
export const factWarnings = (
  tree: MapNode,
  sources: readonly BuiltSource[],
  {
    hasOtherEnvironments,
    hasPlugins,
  }: { readonly hasOtherEnvironments: boolean; readonly hasPlugins: boolean },
): readonly Diagnostic[] => {
  if (hasPlugins) return [];
  const provided = providedKinds(sources, hasOtherEnvironments);
  const lacksRules = provided?.has('alerts') === true && !readsAlertRules(sources);
  return readingsOf(tree).flatMap((reading) => [
    ...reading.kinds
      .filter((kind) => provided?.has(kind) === false)
      .map((kind) =>
        warning(
          reading,
          `no source of this profile provides ${kind}`,
          `add a source that provides ${kind}, or remove the expression`,
        ),
      ),
    ...(reading.asksForResolved === true && lacksRules
      ? [
          warning(
            reading,
            'no source of this profile reads alerting rules, so a run cannot prove that an alert is resolved',
            'add the Prometheus that evaluates them (type: prometheus, alerts: false), or verify the condition itself',
          ),
        ]
      : []),
    ...reading.moved.map(({ what, todo }) => warning(reading, what, todo)),
  ]);
};
