import type { Millis } from '../../domain/base/fault.ts';
import type { DrillEvent, DrillScore, DrillSignal } from '../../domain/drills/drill.ts';
import {
  bestDrill,
  type DrillProgress,
  type DrillRecord,
  type DrillResult,
  type DrillSubject,
  type DrillTarget,
  isSameDrill,
} from '../../domain/drills/drill-record.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import { actorText } from '../../domain/team/actor.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { DrillHistory } from '../../persistence/drills/drill-history.ts';
import type { LedgerActor } from '../../persistence/ledger/ledger-record.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { createSerialQueue } from '../../platform/runtime/serial-queue.ts';
import { isRunUnderWay, scoreDrill } from '../../runs/drills/drill-score.ts';

/** A drill that begins. */
export interface BegunDrill extends DrillSubject {
  readonly how: DrillRecord['how'];
  readonly blind: boolean;
  /** The score card opens by itself. */
  readonly opensCard?: boolean;
  /** The seed of a random choice. */
  readonly seed?: number;
  /** The operator. Absent: unknown. */
  readonly who?: LedgerActor;
  /** The targets of the incident that a runbook handles. */
  targetOf(runbook: string): DrillTarget | undefined;
  /** True if no effect of the incident is left in the simulator. */
  isHealed(): boolean;
}

interface DrillTrackerParts {
  readonly clock: Clock;
  readonly history: DrillHistory;
  readonly newId: () => string;
  readonly mask: (text: string) => string;
  /** Reports, once, that the history cannot be written or read. */
  failed(why: string): void;
}

/** Follows the drill of a process from its start to its score, and keeps it in the history. One at a time. */
export interface DrillTracker {
  /** Calls `listener` after each change of a drill. */
  onChange(listener: (progress: DrillProgress) => void): void;
  /** Begins a drill. One that is still running ends without recovery. */
  begin(drill: BegunDrill): void;
  /** The running drill; undefined if there is none. */
  current(): BegunDrill | undefined;
  /** Takes an event of a run; those of other environments do not count. */
  observe(place: Pick<DrillSubject, 'system' | 'env'>, event: RunEvent): void;
  signal(signal: DrillSignal): void;
  /** Asks the simulator whether the incident is over. */
  look(): void;
  /** Ends the drill. Resolves to its result once that is stored; undefined without a drill. */
  end(): Promise<DrillResult | undefined>;
  /** Resolves when every change until now is stored, or has failed. */
  settled(): Promise<void>;
}

interface RunningDrill {
  readonly id: string;
  readonly begun: BegunDrill;
  readonly startedAt: Millis;
  /** Wall clock. */
  readonly at: Millis;
  readonly events: DrillEvent[];
  isHealed: boolean;
  /** The stored state, to write only changes. */
  stored: string;
}

/** Events that appear in no score. */
const unscored: ReadonlySet<DrillEvent['event']> = new Set(['output', 'verifying', 'before', 'diagnosed']);

/** `opsdeck run` does not observe when a person notices or diagnoses: these times are unknown. */
const observedScore = (how: BegunDrill['how'], score: DrillScore): DrillScore => {
  if (how === 'cockpit') return score;
  const { noticedMs: _, diagnosedMs: __, ...observed } = score;
  return observed;
};

const recordOf = (
  { id, begun, at, startedAt, events }: RunningDrill,
  mask: DrillTrackerParts['mask'],
  endedAt?: Millis,
): DrillRecord => {
  const { who, targetOf, isHealed: _, opensCard: __, ...subject } = begun;
  const score = observedScore(begun.how, scoreDrill(startedAt, events));
  const target = score.runbook === undefined ? undefined : targetOf(score.runbook);
  return {
    id,
    ...subject,
    at,
    ...(endedAt === undefined ? {} : { endedAt }),
    who: actorText(who),
    host: who?.host ?? '',
    pid: who?.pid ?? 0,
    ...(who?.start === undefined ? {} : { start: who.start }),
    ...(who?.place === undefined ? {} : { place: who.place }),
    ...(target === undefined ? {} : { target }),
    score: { ...score, wrongTurns: score.wrongTurns.map(({ is, text }) => ({ is, text: mask(text) })) },
  };
};

export const createDrillTracker = (parts: DrillTrackerParts): DrillTracker => {
  const { clock, history, newId, mask } = parts;
  let changed = (_: DrillProgress): void => {};
  let running: RunningDrill | undefined;
  const accesses = createSerialQueue();
  /** The end of the last drill, once it is stored; undefined without one. */
  let ended: Promise<DrillResult | undefined> = Promise.resolve(undefined);
  let hasFailed = false;

  const failed = (error: unknown): void => {
    if (hasFailed) return;
    hasFailed = true;
    parts.failed(mask(errorMessage(error)));
  };
  /** One access to the history after the other; a failed one does not block the next. */
  const queued = <T>(access: () => Promise<T>): Promise<T | undefined> =>
    accesses.run(access).catch((error: unknown): undefined => {
      failed(error);
      return undefined;
    });

  const progress = (drill: RunningDrill, result?: DrillResult): DrillProgress => ({
    isRunning: result === undefined,
    isBlind: drill.begun.blind,
    opensCard: drill.begun.opensCard === true,
    startedAt: drill.startedAt,
    hasNoticed: drill.events.some(({ event }) => event === 'noticed'),
    hints: drill.events.flatMap((event) => (event.event === 'hint' ? [event.hint] : [])),
    ...(result === undefined ? {} : { result }),
  });

  /** Stores the state of the drill, if it differs from the stored one. */
  const store = (drill: RunningDrill): void => {
    const record = recordOf(drill, mask);
    const text = JSON.stringify(record);
    if (text === drill.stored) return;
    drill.stored = text;
    void queued(() => history.put(record));
  };

  const finish = async (drill: RunningDrill): Promise<DrillResult> => {
    const record = recordOf(drill, mask, clock.wallNow());
    const before = await queued(async () => {
      const { drills, problem } = await history.read();
      if (problem !== undefined) failed(new Error(problem));
      await history.put(record);
      return drills;
    });
    const best = bestDrill(
      (before ?? []).filter(
        (drillRecord) => drillRecord.id !== record.id && isSameDrill(drillRecord, record),
      ),
      record.how,
    );
    return { record, ...(best === undefined ? {} : { best }) };
  };

  const end = (): Promise<DrillResult | undefined> => {
    const drill = running;
    running = undefined;
    if (drill !== undefined)
      ended = finish(drill).then((result) => {
        // Another drill may have begun meanwhile.
        if (running === undefined) changed(progress(drill, result));
        return result;
      });
    return ended;
  };

  const add = (event: DrillEvent): void => {
    if (running === undefined || unscored.has(event.event)) return;
    running.events.push(event);
    changed(progress(running));
    const { startedAt, events } = running;
    if (scoreDrill(startedAt, events).outcome === 'recovered' && !isRunUnderWay(events)) void end();
    else store(running);
  };

  return {
    onChange: (listener) => {
      changed = listener;
    },
    begin: (begun) => {
      void end();
      const startedAt = clock.now();
      running = {
        id: newId(),
        begun,
        startedAt,
        at: startedAt + clock.wallOffset(),
        events: [],
        isHealed: false,
        stored: '',
      };
      changed(progress(running));
      store(running);
    },
    current: () => running?.begun,
    observe: ({ system, env }, event) => {
      if (running?.begun.system === system && running.begun.env === env) add(event);
    },
    signal: (signal) => {
      const isKnown = signal.event === 'noticed' && running?.events.some(({ event }) => event === 'noticed');
      if (isKnown !== true) add({ ...signal, at: clock.now() });
    },
    look: () => {
      if (running === undefined || running.isHealed || !running.begun.isHealed()) return;
      running.isHealed = true;
      add({ event: 'healed', at: clock.now() });
    },
    end,
    settled: accesses.settled,
  };
};
