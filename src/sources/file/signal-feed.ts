import { distinctFaults, type Fault } from '../../domain/base/fault.ts';
import type { Sample } from '../../domain/facts/facts.ts';
import type { FeedKind, Reading } from '../../domain/facts/reading.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { staleAfter } from '../kit/contract/connection.ts';
import { type Feed, onDemandStaleMs, type SignalRequest } from '../kit/contract/source.ts';
import type { FileContext, FileSignalValue } from './file-context.ts';
import { globBase } from './file-context.ts';

interface FileFeedSpec {
  readonly name: 'metrics' | 'lines' | 'files' | 'tail';
  /** Distinguishes it from other feeds of the same name. */
  readonly part?: string;
  readonly kind: FeedKind;
  readonly signals?: readonly string[];
  readonly needsTwo?: boolean;
  readonly onDemand?: boolean;
}

export const fileFeed = (parts: FileContext, words: FileFeedSpec, read: Feed['read']): Feed => {
  const { onDemand = false, part, name, ...rest } = words;
  const everyMs = onDemand ? 0 : parts.config.every;
  const { endpoint: end } = parts;
  return {
    ...rest,
    ...(end === '' ? {} : { instance: end }),
    id: `${parts.source}/${name}${part === undefined ? '' : `:${part}`}${end === '' ? '' : `@${end}`}`,
    source: parts.source,
    name,
    everyMs,
    staleMs: onDemand ? onDemandStaleMs : staleAfter(everyMs),
    timeoutMs: parts.config.timeout,
    read,
  };
};

/** A signal with its parsed read. */
export interface FileSignalRead<R> {
  readonly id: string;
  readonly read: R;
}

/** Signals computed from one read of a file. */
interface FileQuery<R> {
  /** Name of the feed: 'csv metrics/build.csv'. */
  readonly part: string;
  /** Absolute path or glob. */
  readonly path: string;
  readonly signals: readonly FileSignalRead<R>[];
}

/** One feed per file: one sample per signal, and the fault of an unreadable file only once. */
export const fileSignalFeed = <R, L>(
  parts: FileContext,
  question: FileQuery<R>,
  load: (signal: AbortSignal) => Promise<L>,
  answer: (seen: L, read: R) => FileSignalValue,
): Feed => {
  const { part, path, signals } = question;
  const words = { name: 'metrics', part, kind: 'samples', signals: signals.map(({ id }) => id) } as const;
  return fileFeed(parts, words, async (signal): Promise<Reading<Sample>> => {
    let seen: L;
    try {
      seen = await load(signal);
    } catch (error) {
      const none = missingFileBatch(parts, path, question.signals, error);
      return (await catchMissing(parts, path, error, signal)) ? { ...none, faults: [] } : none;
    }
    const items: Sample[] = [];
    const faults: Fault[] = [];
    for (const { id, read } of signals)
      try {
        items.push(fileSample(parts, id, answer(seen, read)));
      } catch (error) {
        const fault = parts.fault(path, error);
        if (fault.kind === 'missing') items.push(fileSample(parts, id, { why: fault.message }));
        if (!(await catchMissing(parts, path, error, signal))) faults.push(fault);
      }
    return { items, faults: distinctFaults(faults) };
  });
};

/** True when the directory exists without the file, where that is not a fault. */
const catchMissing = async (
  { config, files }: FileContext,
  path: string,
  error: unknown,
  signal: AbortSignal,
): Promise<boolean> => {
  if (config.mayBeEmpty !== true || !(error instanceof WireError) || error.kind !== 'missing') return false;
  try {
    await files.stat(globBase(path), signal);
    return true;
  } catch {
    return false;
  }
};

export const fileSample = (
  { source, now, labels }: FileContext,
  signal: string,
  { at, ...valueFields }: FileSignalValue,
): Sample => ({
  source,
  signal,
  labels,
  at: Math.min(at ?? now(), now()),
  ...valueFields,
});

/** A missing file has no value, which is a known state; an unreadable file keeps the last value. */
export const missingFileBatch = (
  parts: FileContext,
  path: string,
  signals: readonly { readonly id: string }[],
  error: unknown,
): Reading<Sample> => {
  const fault = parts.fault(path, error);
  const isAbsent = error instanceof WireError && error.kind === 'missing';
  return {
    items: isAbsent ? signals.map(({ id }) => fileSample(parts, id, { why: fault.message })) : [],
    faults: [fault],
  };
};

/** Groups signals with the same query on the same file, in the order of the first of each. */
export const groupSignals = <R>(
  signals: readonly FileSignalRead<R>[],
  keyOf: (read: R) => string,
): readonly (readonly [string, readonly FileSignalRead<R>[]])[] => {
  const groups = new Map<string, FileSignalRead<R>[]>();
  for (const signalRead of signals) {
    const key = keyOf(signalRead.read);
    groups.set(key, [...(groups.get(key) ?? []), signalRead]);
  }
  return [...groups];
};

/** Signals whose read has a given form. */
export const fileSignalsOfForm = <R>(
  signals: readonly SignalRequest[],
  parse: (read: SignalRequest['read']) => R | undefined,
): readonly FileSignalRead<R>[] =>
  signals.flatMap(({ id, read }) => {
    const parsed = parse(read);
    return parsed === undefined ? [] : [{ id, read: parsed }];
  });
