import type { z } from 'zod';
import type { SeverityMap, SeverityModel, SeverityRule } from '../../domain/facts/severity.ts';
import { parseBound } from '../../domain/facts/threshold.ts';
import type { SignalSpec } from '../../domain/profile/profile.ts';
import type { Diagnostic, Position } from '../../domain/text/position.ts';
import { checkNode } from '../document/check.ts';
import { didYouMean, errorAt } from '../document/diagnostics.ts';
import { childOf, type MapNode, nearestNode, type YamlNode, type YamlPath } from '../document/tree.ts';
import { zSeverity, zSeverityOf } from '../shape/severity.ts';
import { type BuildResult, gapWarnings } from './context.ts';
import { buildList } from './lists.ts';

type Shape = z.infer<ReturnType<typeof zSeverityOf>>;
type ByWord = Readonly<Record<string, string | undefined>>;

/** The names that `severityOf` may use. */
interface Known {
  readonly severities: readonly string[];
  readonly signals: readonly SignalSpec[];
  readonly runbooks: readonly string[];
}

const empty: SeverityMap = { alerts: {}, labels: {}, signals: {}, kinds: {}, runbooks: {}, levels: [] };

const byWord = (rule: string | ByWord): readonly (readonly [word: string, severity: string])[] =>
  typeof rule === 'string'
    ? [
        ['warn', rule],
        ['crit', rule],
      ]
    : Object.entries(rule).flatMap(([word, severity]) => (severity === undefined ? [] : [[word, severity]]));

const rulesOf = (rule: string | ByWord): readonly SeverityRule[] =>
  byWord(rule).flatMap(([word, severity]): readonly SeverityRule[] => {
    if (word === 'warn' || word === 'crit') return [{ when: word, severity }];
    const when = parseBound(word);
    return 'error' in when ? [] : [{ when, severity }];
  });

const mapOf = ({ signals, kinds, levels, ...names }: Shape): SeverityMap => ({
  ...names,
  signals: Object.fromEntries(Object.entries(signals).map(([id, rule]) => [id, rulesOf(rule)])),
  kinds: Object.fromEntries(Object.entries(kinds).map(([kind, rule]) => [kind, rulesOf(rule ?? {})])),
  levels: rulesOf(levels),
});

/** Returns every severity in use with its path: any text value is one. */
const named = (
  section: unknown,
  path: YamlPath,
): readonly (readonly [path: YamlPath, severity: string])[] => {
  if (typeof section === 'string') return [[path, section]];
  return typeof section === 'object' && section !== null
    ? Object.entries(section).flatMap(([key, value]) => named(value, [...path, key]))
    : [];
};

const unknownSeverities = (node: YamlNode, shape: Shape, { severities }: Known): readonly Diagnostic[] =>
  named(shape, [])
    .filter(([, severity]) => !severities.includes(severity))
    .map(([path, severity]) =>
      errorAt(
        nearestNode(node, path).position,
        `severityOf.${path.join('.')}: no severity is called "${severity}"`,
        didYouMean(severity, severities, 'add the severity under severities'),
      ),
    );

const keyOf = (node: YamlNode, section: string, key: string): Position => {
  const map = childOf(node, section);
  return (map?.is === 'map' ? map.entries.get(key)?.key : undefined) ?? node.position;
};

const unknownNames = (node: YamlNode, { signals, runbooks }: Shape, known: Known): readonly Diagnostic[] => {
  const ids = known.signals.map(({ id }) => id);
  const missing = (section: string, noun: string, names: readonly string[], known: readonly string[]) =>
    names
      .filter((name) => !known.includes(name))
      .map((name) =>
        errorAt(
          keyOf(node, section, name),
          `severityOf.${section}: no ${noun} is called ${name}`,
          didYouMean(name, known, `add it under ${section}`),
        ),
      );
  return [
    ...missing('signals', 'signal', Object.keys(signals), ids),
    ...missing('runbooks', 'runbook', Object.keys(runbooks), known.runbooks),
  ];
};

/** Reports a level that a signal cannot have, and invalid thresholds. */
const invalidLevels = (node: YamlNode, { signals }: Shape, known: Known): readonly Diagnostic[] =>
  Object.entries(signals).flatMap(([id, rule]) => {
    const spec = known.signals.find((signal) => signal.id === id);
    if (typeof rule === 'string' || spec === undefined || spec.problem !== undefined) return [];
    return Object.keys(rule).flatMap((word) => {
      const place = keyOf(childOf(node, 'signals') ?? node, id, word);
      const label = `severityOf.signals.${id}`;
      if (word === 'warn' || word === 'crit')
        return spec.threshold[word] !== undefined || spec.threshold.noData === word
          ? []
          : [
              errorAt(
                place,
                `${label}: ${id} is never ${word}`,
                `write ${word} on the signal, or remove the key`,
              ),
            ];
      const bound = parseBound(word);
      return 'error' in bound ? [errorAt(place, `${label}: ${bound.error}`, '')] : [];
    });
  });

/** Builds `severities` and `severityOf`; undefined when the profile has none. */
export const buildSeverity = (
  tree: MapNode,
  signals: readonly SignalSpec[],
  runbooks: readonly string[],
): BuildResult<SeverityModel | undefined> => {
  const list = buildList(tree, 'severities', zSeverity(), 'id', 'severity');
  const severities = list.made.map(({ title, ...rest }) => ({ ...rest, title: title ?? rest.id }));
  const node = childOf(tree, 'severityOf');
  const model = (of: SeverityMap) => (severities.length === 0 ? undefined : { severities, of });
  if (node === undefined) return { made: model(empty), diagnostics: list.diagnostics };
  const { value, diagnostics, gaps } = checkNode(zSeverityOf(), node, { under: ['severityOf'] });
  const known: Known = { severities: severities.map(({ id }) => id), signals, runbooks };
  const wrong =
    value === undefined || gaps.length > 0
      ? []
      : [
          ...unknownSeverities(node, value, known),
          ...unknownNames(node, value, known),
          ...invalidLevels(node, value, known),
        ];
  return {
    made: model(value === undefined || gaps.length > 0 ? empty : mapOf(value)),
    diagnostics: [
      ...list.diagnostics,
      ...diagnostics,
      ...wrong,
      ...gapWarnings(gaps, 'opsdeck suggests no severity for incidents'),
    ],
  };
};
