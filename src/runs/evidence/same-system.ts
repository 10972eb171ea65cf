import type { Fault, Millis } from '../../domain/base/fault.ts';
import {
  clockSteps,
  clockStepText,
  type DeclaredSystemChanges,
  fingerprintDifference,
  type SystemFingerprint,
  type TimedFingerprint,
  type ToldStarts,
  wholeIdentity,
  withToldStarts,
} from '../../domain/facts/fingerprint.ts';
import { splitUse } from '../../domain/runbooks/operation.ts';
import type { CheckState } from '../../domain/runs/run.ts';
import { comparesTimesWithBefore, signalIdsOf, sourcesOfKind } from '../../expressions/rows/mentions.ts';
import type { Expression } from '../../expressions/rows/parse.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { Feed } from '../../sources/kit/contract/source.ts';
import type { FactsState } from '../../store/facts.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { withDeadline } from '../reads/read-deadline.ts';

/** A question who answers that got no answer. */
interface UnansweredFingerprint {
  readonly at: Millis;
  readonly fault: Fault;
  /** The source has answered other questions meanwhile, so that something was there to compare with. */
  readonly hasAnswered?: true;
}

/** A fingerprint, or the fault that prevented it. */
type FingerprintReading = TimedFingerprint | UnansweredFingerprint;

/** The fingerprints of sources before the first action, by source. Absent: the source has none. */
export type SystemBaseline = ReadonlyMap<string, FingerprintReading>;

/** Time limit of a fingerprint: it is one small request, and must not delay the readings that it belongs to. */
const longestMs: Millis = 5000;

export interface FingerprintReader {
  readonly engine: Pick<EnvironmentReader, 'sources'>;
  readonly clock: Clock;
}

/** The sources in question, each with the begin of the oldest of its readings that are. */
type QuestionedSources = ReadonlyMap<string, Millis>;

/** Questions sources about all that they answer from a time on. */
export const questioned = (sources: Iterable<string>, since: Millis): QuestionedSources =>
  new Map([...sources].map((source) => [source, since]));

/** Questions the sources of feeds about their readings since the action. */
export const questionedFeeds = (
  feeds: readonly Pick<Feed, 'id' | 'source'>[],
  read: FactsState['feeds'],
  actedAt: Millis,
  now: Millis,
): QuestionedSources => {
  const all = new Map<string, Millis>();
  for (const { id, source } of feeds) {
    const began = read[id]?.known?.began ?? now;
    // An older reading proves nothing anyway.
    all.set(source, Math.min(all.get(source) ?? now, began > actedAt ? began : now));
  }
  return all;
};

/** Reads the fingerprints of these sources, as far as they have one. Never rejects. */
export const readFingerprints = async (
  sources: QuestionedSources,
  { engine, clock }: FingerprintReader,
  signal: AbortSignal,
): Promise<SystemBaseline> => {
  const read = async ([id, since]: readonly [string, Millis]): Promise<
    readonly (readonly [string, FingerprintReading])[]
  > => {
    const source = engine.sources.get(id);
    const fingerprint = source?.fingerprint?.bind(source);
    if (fingerprint === undefined) return [];
    try {
      const value = await withDeadline((stop) => fingerprint(stop, since), clock, signal, longestMs);
      return [[id, { at: clock.now(), fingerprint: value }]];
    } catch (error) {
      const fault = toFault(id, 'fingerprint', error, clock.now());
      // A server without that question: it tells as little as a source without a fingerprint.
      if (fault.kind === 'missing')
        return [
          [id, { at: fault.at, fingerprint: { parts: {}, untold: { [wholeIdentity]: fault.message } } }],
        ];
      return [[id, { at: fault.at, fault }]];
    }
  };
  return new Map((await Promise.all([...sources].map(read))).flat());
};

/** True: no system answered, so no other one did. */
const isSilence = ({ kind }: Fault): boolean =>
  kind === 'unreachable' || kind === 'timeout' || kind === 'cancelled';

/** A baseline in which the unanswered questions of sources that have answered others are marked. */
export const withAnswered = (systems: SystemBaseline, answered: ReadonlySet<string>): SystemBaseline =>
  new Map(
    [...systems].map(([source, reading]) => [
      source,
      'fault' in reading && answered.has(source) ? { ...reading, hasAnswered: true } : reading,
    ]),
  );

/**
 * `none`: the source has told no identity, so another server would not be noticed. `restart`: nothing of its identity is as before, which a
 * restart explains; another server that has just started would look the same. `same`: a part of it is as before, or it is judged by its fault.
 */
type IdentityTie = 'none' | 'restart' | 'same';

/** Whether the answers since the action come from the system that answered before it. */
export interface SameSystem {
  /** Reads the fingerprints of these sources again. One that cannot be read, or not in time, is unknown from then on. */
  read(sources: QuestionedSources, signal: AbortSignal): Promise<void>;
  /**
   * Explains why answers of a source since the action prove nothing; undefined when the same system answers, or the source cannot
   * tell. `isSilent`: its reading got no answer either, and that is a fact.
   */
  problem(source: string, isSilent?: boolean): string | undefined;
  /** Tie between the latest answer of a source and the system from before the action. */
  tie(source: string): IdentityTie;
  /** Explains how the answer of a source differs from the one before the action; undefined: it does not, or there is none to compare. */
  difference(source: string): string | undefined;
  /** Explains why times of a source cannot be compared with those from before the action. */
  clockProblem(source: string): string | undefined;
}

/** The source at which another server may answer, and why its answers prove nothing. */
export interface StrangerProblem {
  readonly source: string;
  readonly why: string;
}

type AnsweredFeed = Pick<Feed, 'id' | 'source' | 'probe' | 'kind' | 'signals'>;

/** True: the feed asks whether its source answers, and its own reading got no answer. */
export const isSilentProbe = (
  { id, probe }: Pick<Feed, 'id' | 'probe'>,
  read: FactsState['feeds'],
): boolean => probe === true && read[id]?.faults.some(isSilence) === true;

/** The feeds on which an expression depends: rows of a source that its sets exclude decide nothing. */
export const decisiveFeeds = <F extends AnsweredFeed>(
  expression: Expression,
  feeds: readonly F[],
): readonly F[] => {
  const signals = signalIdsOf(expression);
  return feeds.filter(({ kind, source, signals: given = [] }) => {
    const only = sourcesOfKind(expression, kind);
    return only === undefined || only.has(source) || (signals.size > 0 && given.length > 0);
  });
};

/**
 * Explains why the readings of these feeds prove nothing for an expression; undefined when the system from before the action
 * answers. `read`: the readings that it is evaluated with.
 */
export const strangerProblem = (
  systems: SameSystem | undefined,
  feeds: readonly AnsweredFeed[],
  expression: Expression,
  read: FactsState['feeds'],
): StrangerProblem | undefined => {
  if (systems === undefined) return undefined;
  const comparesTimes = comparesTimesWithBefore(expression);
  for (const feed of decisiveFeeds(expression, feeds)) {
    const { source } = feed;
    const problem = systems.problem(source, isSilentProbe(feed, read));
    if (problem !== undefined) return { source, why: problem };
    const step = comparesTimes ? systems.clockProblem(source) : undefined;
    if (step !== undefined) return { source, why: step };
  }
  return undefined;
};

/** The system that answers now, without those of earlier answers. */
const withoutOthers = ({ others: _, ...fingerprint }: SystemFingerprint): SystemFingerprint => fingerprint;

interface SameSystemParts extends FingerprintReader {
  readonly before: SystemBaseline;
  /** The changes that the actions of the run are meant to make. */
  readonly changes: DeclaredSystemChanges;
}

/** Creates the comparison of fingerprints for one run. */
export const createSameSystem = ({ engine, clock, before, changes }: SameSystemParts): SameSystem => {
  const latest = new Map<string, FingerprintReading>();
  /** The last fingerprint of the same system: counters may not go back to it either. */
  const accepted = new Map<string, TimedFingerprint>();
  const starts = new Map<string, ToldStarts>();

  const aged = (source: string, now: FingerprintReading): FingerprintReading => {
    if ('fault' in now) return now;
    const told = starts.get(source) ?? new Map();
    starts.set(source, told);
    return withToldStarts(now, told);
  };

  /** Explains that nothing ties the answers since the action to the system from before it. */
  const unknownBefore = (
    source: string,
    { fault, hasAnswered }: UnansweredFingerprint,
  ): string | undefined => {
    // The profile's own identity check ties the system to it; a silent one told nothing to compare with.
    const isTied = engine.sources.get(source)?.identify !== undefined;
    return isTied || (isSilence(fault) && hasAnswered !== true)
      ? undefined
      : `it is unknown which server answered before the action: ${fault.message}`;
  };

  const difference = (source: string, now: TimedFingerprint): string | undefined => {
    const was = before.get(source);
    if (was === undefined) return undefined;
    if ('fault' in was) return unknownBefore(source, was);
    const last = accepted.get(source);
    const alone = { at: now.at, fingerprint: withoutOthers(now.fingerprint) };
    return (
      fingerprintDifference(was, now, changes) ??
      (last === undefined
        ? undefined
        : fingerprintDifference(
            { at: was.at, fingerprint: { ...withoutOthers(last.fingerprint), unread: {} } },
            alone,
            changes,
          ))
    );
  };

  return {
    read: async (sources, signal) => {
      const known = new Map([...sources].filter(([source]) => before.has(source)));
      for (const [source, read] of await readFingerprints(known, { engine, clock }, signal)) {
        if (signal.aborted) return;
        const now = aged(source, read);
        latest.set(source, now);
        if ('fingerprint' in now && difference(source, now) === undefined) accepted.set(source, now);
      }
    },
    problem: (source, isSilent = false) => {
      const now = latest.get(source);
      const was = before.get(source);
      if (was === undefined) return undefined;
      if ('fault' in was) return unknownBefore(source, was);
      if (now === undefined) return 'opsdeck has not confirmed yet that the same server answers';
      if ('fingerprint' in now) return difference(source, now);
      if (isSilent && isSilence(now.fault)) return undefined;
      return `cannot confirm that the same server answers: ${now.fault.message}`;
    },
    tie: (source) => {
      const was = before.get(source);
      if (was === undefined) return 'none';
      const now = latest.get(source);
      if ('fault' in was) return 'same';
      const { parts, counters = {} } = was.fingerprint;
      if (Object.keys({ ...parts, ...counters }).length === 0) return 'none';
      if (now === undefined || 'fault' in now) return 'same';
      const { parts: partsNow, counters: countersNow = {} } = now.fingerprint;
      const isKept =
        Object.entries(parts).some(([name, value]) => partsNow[name] === value) ||
        Object.entries(counters).some(([name, value]) => (countersNow[name] ?? -1) >= value);
      return isKept ? 'same' : 'restart';
    },
    difference: (source) => {
      const now = latest.get(source);
      const was = before.get(source);
      if (was === undefined || now === undefined || 'fault' in was || 'fault' in now) return undefined;
      return difference(source, now);
    },
    clockProblem: (source) => {
      const was = before.get(source);
      const now = latest.get(source);
      if (was === undefined || now === undefined || 'fault' in was || 'fault' in now) return undefined;
      const [step] = clockSteps(was.fingerprint, now.fingerprint);
      return step === undefined
        ? undefined
        : `${clockStepText(step, source)}, so opsdeck cannot compare times before and after the action`;
    },
  };
};

/** Reads the fingerprint of a call's source again, and explains why its answers since a time prove nothing. */
export const strangerOf = async (
  { use }: { readonly use: string },
  since: Millis,
  systems: SameSystem | undefined,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const { source } = splitUse(use);
  await systems?.read(questioned([source], since), signal);
  return systems?.problem(source);
};

/** The state of a check by a call that began at a time, unknown when another system answered it. */
export const unlessStranger = async (
  state: CheckState,
  call: { readonly use: string },
  since: Millis,
  systems: SameSystem | undefined,
  signal: AbortSignal,
): Promise<CheckState> => {
  const problem = state.value === 'unknown' ? undefined : await strangerOf(call, since, systems, signal);
  return problem === undefined ? state : { ...state, value: 'unknown', why: problem };
};
