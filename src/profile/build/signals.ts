import type { Threshold } from '../../domain/facts/threshold.ts';
import type { SignalSpec } from '../../domain/profile/profile.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { operandSignals } from '../../expressions/rows/derivation.ts';
import { checkNode, definite } from '../document/check.ts';
import { didYouMean, errorAt } from '../document/diagnostics.ts';
import { splitWords } from '../document/issue-text.ts';
import { childOf, type MapNode, textAt } from '../document/tree.ts';
import { type SignalShape, zSignal } from '../shape/signal.ts';
import type { BuiltSource } from './context.ts';
import {
  type BuildContext,
  type BuildResult,
  duplicates,
  gapProblem,
  gapWarnings,
  mapItems,
  requireLiteral,
} from './context.ts';
import { type DerivedRead, derivedRead, withRead } from './derived-signals.ts';
import { limitDiagnostics } from './signal-limits.ts';

/** A signal with its position in the profile. */
interface PlacedSignal {
  readonly node: MapNode;
  readonly spec: SignalSpec;
}

/** The function by which the server of a signal computes its value, if its parts cannot be read. */
const hiddenBy = (read: DerivedRead, from: BuiltSource | undefined): string | undefined =>
  Object.keys(read.read).length === 0 ? undefined : from?.module?.hiddenBy?.(read.read);

const placeOf = ({ node, spec }: PlacedSignal, name: string) =>
  (childOf(childOf(childOf(node, 'read'), 'of'), name) ?? node).position ?? spec.position;

const unknownOperands = (placedSignal: PlacedSignal, ids: readonly string[]): readonly Diagnostic[] => {
  const { derived, id } = placedSignal.spec;
  if (derived?.is !== 'calc') return [];
  return Object.entries(derived.of)
    .filter(([, signal]) => !ids.includes(signal))
    .map(([name, signal]) => {
      const others = ids.filter((other) => other !== id);
      const todo = didYouMean(signal, others, 'add the signal under signals');
      return errorAt(placeOf(placedSignal, name), `${id} read.of: no signal is called "${signal}"`, todo);
    });
};

/** Returns the cycle from a signal back to itself, as IDs, or undefined. */
const cycle = (
  from: string,
  operands: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined => {
  const seen = new Set<string>();
  const walk = (id: string, path: readonly string[]): readonly string[] | undefined => {
    for (const next of operands.get(id) ?? []) {
      if (next === from) return [...path, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const cycle = walk(next, [...path, next]);
      if (cycle !== undefined) return cycle;
    }
    return undefined;
  };
  return walk(from, [from]);
};

/** Reports operands that are not signals, and cyclic calculations (each cycle once). */
const operandDiagnostics = (signals: readonly PlacedSignal[]): readonly Diagnostic[] => {
  const ids = signals.map(({ spec }) => spec.id);
  const operands = new Map(signals.map(({ spec }) => [spec.id, operandSignals(spec.derived)]));
  const reported = new Set<string>();
  const cycles = signals.flatMap((signal) => {
    const { id, derived } = signal.spec;
    const path = reported.has(id) ? undefined : cycle(id, operands);
    if (path === undefined || derived?.is !== 'calc') return [];
    for (const member of path) reported.add(member);
    const name = Object.keys(derived.of).find((key) => derived.of[key] === path[1]) ?? '';
    return [
      errorAt(
        placeOf(signal, name),
        `${id}: these signals are calculated from each other in a cycle: ${path.join(' → ')}`,
        'break the cycle',
      ),
    ];
  });
  return [...signals.flatMap((signal) => unknownOperands(signal, ids)), ...cycles];
};

/** A single `clear` belongs to the lowest level of the signal. */
const clearOf = ({ clear, warn }: SignalShape): Threshold['clear'] => {
  if (clear === undefined) return undefined;
  if (!('op' in clear)) return definite(clear);
  return warn === undefined ? { crit: clear } : { warn: clear };
};

const thresholdOf = (shape: SignalShape): Threshold =>
  definite({
    warn: shape.warn,
    crit: shape.crit,
    forMs: shape.for,
    clear: clearOf(shape),
    noData: shape.noData,
    staleMs: shape.stale,
  });

/** The positions of the signal's limits: a file may override one of those that it inherits. */
const limitPositionsOf = (node: MapNode): SignalSpec['limitPositions'] => {
  const found = definite({
    warn: childOf(node, 'warn')?.position,
    crit: childOf(node, 'crit')?.position,
  });
  return Object.keys(found).length === 0 ? undefined : found;
};

/** Returns the source that a signal names, if it exists. A name that contains a reference is skipped. */
const knownSource = (
  node: MapNode,
  id: string,
  sources: readonly BuiltSource[],
): { readonly source?: BuiltSource; readonly diagnostics: readonly Diagnostic[] } => {
  const name = childOf(node, 'source');
  const sourceId = textAt(node, 'source');
  if (name === undefined || sourceId === undefined) return { diagnostics: [] };
  if (name.is === 'scalar' && name.gaps !== undefined) return { diagnostics: [] };
  const source = sources.find((candidate) => candidate.entry.id === sourceId);
  if (source !== undefined) return { source, diagnostics: [] };
  const ids = sources.map((builtSource) => builtSource.entry.id);
  const todo = didYouMean(sourceId, ids, 'add the source under sources');
  return { diagnostics: [errorAt(name.position, `${id}: no source is called "${sourceId}"`, todo)] };
};

/** Checks `read` with the schema of its source's type. Skips a source that is itself invalid. */
const checkRead = (node: MapNode, id: string, sources: readonly BuiltSource[]): DerivedRead => {
  const read = childOf(node, 'read');
  const nothing = { read: {}, diagnostics: [], gaps: [] };
  if (read === undefined) return nothing;
  const { source, diagnostics: unknown } = knownSource(node, id, sources);
  if (source?.module === undefined) return { ...nothing, diagnostics: unknown };
  const { module, config } = source;
  const sourceId = source.entry.id;
  const place = (childOf(node, 'source') ?? node).position;
  if (module.reads === undefined) {
    const what = `${id}: ${sourceId} is of type ${module.type}, which provides no signals`;
    return {
      ...nothing,
      diagnostics: [errorAt(place, what, 'set source: to a source that provides signals')],
    };
  }
  if (read.is === 'map' && read.entries.has('lines') && module.countsLines !== true) {
    const what = `${id}: ${sourceId} is of type ${module.type}, which has no logs`;
    return { ...nothing, diagnostics: [errorAt(place, what, 'set source: to a source that has logs')] };
  }
  const { value, diagnostics, gaps } = checkNode(module.reads, read, { label: id, under: ['read'] });
  if (value === undefined || gaps.length > 0) return { read: {}, diagnostics, gaps };
  const wrong = config === undefined ? undefined : module.checkRead?.(value, config);
  if (wrong === undefined) return { read: value, diagnostics, gaps };
  const { what, todo } = splitWords(wrong);
  return { read: {}, diagnostics: [errorAt(read.position, `${id} read: ${what}`, todo)], gaps };
};

/** Reports a missing `source:`; only derived signals need none. */
const unsourced = (node: MapNode, label: string, value: SignalShape | undefined): readonly Diagnostic[] =>
  value === undefined || node.entries.has('source')
    ? []
    : [errorAt(node.position, `${label}: source is missing`, 'write source: …')];

const build = (
  written: MapNode,
  index: number,
  sources: readonly BuiltSource[],
  context: BuildContext,
): BuildResult<PlacedSignal> => {
  const node = withRead(written);
  const id = textAt(node, 'id') ?? '';
  const label = id === '' ? `signals[${index}]` : id;
  const { value, diagnostics, gaps } = checkNode(zSignal, node, { label });
  const named = textAt(node, 'source');
  const worked = derivedRead(node, label, named);
  const reading: DerivedRead = worked ?? checkRead(node, label, sources);
  const all = [
    ...requireLiteral(node, 'id'),
    ...diagnostics,
    ...(worked === undefined ? unsourced(node, label, value) : knownSource(node, label, sources).diagnostics),
    ...reading.diagnostics,
    ...(value === undefined ? [] : limitDiagnostics(node, value)),
  ];
  const open = [...new Set([...gaps, ...reading.gaps])];
  const source = worked === undefined ? (named ?? '') : '';
  const spec = definite({
    id,
    title: value?.title ?? id,
    source,
    read: reading.read,
    derived: reading.derived,
    hiddenBy:
      worked === undefined
        ? hiddenBy(
            reading,
            sources.find(({ entry }) => entry.id === named),
          )
        : undefined,
    unit: value?.unit ?? '',
    threshold: value === undefined ? {} : thresholdOf(value),
    covers: value?.covers ?? [],
    position: node.position,
    limitPositions: limitPositionsOf(node),
    problem: gapProblem(source, open, all, context.now),
  });
  return {
    made: { node, spec },
    diagnostics: [...all, ...gapWarnings(open, `signal ${id} has no value until this is corrected`)],
  };
};

/** Builds the signals of a profile and checks each `read` with the schema of its source's type. */
export const buildSignals = (
  tree: MapNode,
  sources: readonly BuiltSource[],
  context: BuildContext,
): BuildResult<readonly SignalSpec[]> => {
  const { maps, diagnostics } = mapItems(tree, 'signals');
  const built = maps.map((node, i) => build(node, i, sources, context));
  return {
    made: built.map(({ made }) => made.spec),
    diagnostics: [
      ...diagnostics,
      ...built.flatMap((buildResult) => buildResult.diagnostics),
      ...operandDiagnostics(built.map(({ made }) => made)),
      ...duplicates(maps, 'id', 'signal'),
    ],
  };
};
