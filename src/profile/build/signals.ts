import type { Complaint } from '../../domain/position.ts';
import type { SignalSpec } from '../../domain/profile.ts';
import type { Threshold } from '../../domain/threshold.ts';
import { checkNode } from '../check.ts';
import { refuse } from '../complaints.ts';
import { definite } from '../definite.ts';
import { didYouMean } from '../did-you-mean.ts';
import { splitWords } from '../issue-words.ts';
import { type SignalShape, zSignal } from '../shape/signal.ts';
import { child, type Gap, type MapNode, textAt } from '../tree.ts';
import { type Built, type Context, duplicates, gapWarnings, literal, mapsIn, problemOf } from './context.ts';
import type { BuiltSource } from './sources.ts';

/** A single `clear` belongs to the lowest level that the signal has. */
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

/** `clear` without the level that it would clear does nothing. */
const clearComplaints = (node: MapNode, shape: SignalShape): readonly Complaint[] => {
  const clear = child(node, 'clear');
  const { id, warn, crit } = shape;
  if (clear === undefined || shape.clear === undefined) return [];
  const without = (level: string) =>
    refuse(clear.position, `${id} clear has no ${level} to clear`, `write ${level} too, or remove it`);
  if ('op' in shape.clear) return warn === undefined && crit === undefined ? [without('warn or crit')] : [];
  return [
    ...(shape.clear.warn !== undefined && warn === undefined ? [without('warn')] : []),
    ...(shape.clear.crit !== undefined && crit === undefined ? [without('crit')] : []),
  ];
};

interface CheckedRead {
  readonly read: Readonly<Record<string, unknown>>;
  readonly complaints: readonly Complaint[];
  readonly gaps: readonly Gap[];
}

/** `read` as its source's type understands it. A source that is itself in error is left alone. */
const checkRead = (node: MapNode, id: string, sources: readonly BuiltSource[]): CheckedRead => {
  const read = child(node, 'read');
  const name = child(node, 'source');
  const wanted = textAt(node, 'source');
  const nothing = { read: {}, complaints: [], gaps: [] };
  if (read === undefined || name === undefined || wanted === undefined) return nothing;
  if (name.is === 'scalar' && name.gaps !== undefined) return nothing;
  const source = sources.find((one) => one.entry.id === wanted);
  if (source === undefined) {
    const ids = sources.map((one) => one.entry.id);
    const todo = didYouMean(wanted, ids, 'add it under sources');
    return {
      ...nothing,
      complaints: [refuse(name.position, `${id}: no source is called "${wanted}"`, todo)],
    };
  }
  const { module, config } = source;
  if (module === undefined) return nothing;
  if (module.reads === undefined) {
    const what = `${id}: ${wanted} is of type ${module.type}, which reads no signals`;
    return { ...nothing, complaints: [refuse(name.position, what, 'name another source')] };
  }
  const { value, complaints, gaps } = checkNode(module.reads, read, { label: id, under: ['read'] });
  if (value === undefined || gaps.length > 0) return { read: {}, complaints, gaps };
  const wrong = config === undefined ? undefined : module.checkRead?.(value, config);
  if (wrong === undefined) return { read: value, complaints, gaps };
  const { what, todo } = splitWords(wrong);
  return { read: {}, complaints: [refuse(read.position, `${id} read: ${what}`, todo)], gaps };
};

/** A calculation over other signals has a form in the format, and nothing yet that works it out. */
const calculated = (node: MapNode, label: string): Complaint | undefined => {
  const key = node.entries.get('calc')?.key ?? node.entries.get('of')?.key;
  const what = `${label}: this opsdeck does not calculate signals yet (of, calc)`;
  return key && refuse(key, what, 'remove it');
};

const build = (
  node: MapNode,
  index: number,
  sources: readonly BuiltSource[],
  context: Context,
): Built<SignalSpec> => {
  const id = textAt(node, 'id') ?? '';
  const label = id === '' ? `signals[${index}]` : id;
  const calculation = calculated(node, label);
  const { value, complaints, gaps } =
    calculation === undefined
      ? checkNode(zSignal, node, { label })
      : { value: undefined, complaints: [calculation], gaps: [] };
  const reading = checkRead(node, id, sources);
  const all = [
    ...literal(node, 'id'),
    ...complaints,
    ...reading.complaints,
    ...(value === undefined ? [] : clearComplaints(node, value)),
  ];
  const open = [...new Set([...gaps, ...reading.gaps])];
  const source = value?.source ?? textAt(node, 'source') ?? '';
  return {
    made: definite({
      id,
      title: value?.title ?? id,
      source,
      read: reading.read,
      unit: value?.unit ?? '',
      threshold: value === undefined ? {} : thresholdOf(value),
      covers: value?.covers ?? [],
      position: node.position,
      problem: problemOf(source, open, all, context.now),
    }),
    complaints: [...all, ...gapWarnings(open, `signal ${id} has no value`)],
  };
};

/** The signals of a profile, their `read` checked with what their source's type takes. */
export const buildSignals = (
  tree: MapNode,
  sources: readonly BuiltSource[],
  context: Context,
): Built<readonly SignalSpec[]> => {
  const { maps, complaints } = mapsIn(tree, 'signals');
  const built = maps.map((node, i) => build(node, i, sources, context));
  return {
    made: built.map((one) => one.made),
    complaints: [
      ...complaints,
      ...built.flatMap((one) => one.complaints),
      ...duplicates(maps, 'id', 'signal'),
    ],
  };
};
