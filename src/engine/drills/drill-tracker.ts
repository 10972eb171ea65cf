import { defined } from '../../domain/base/defined.ts';
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

/**
 * After its symptoms are gone, a drill waits this long for the run that proves it: for a plan that is being read, and for rates and
 * alerts that look back.
 */
const proofWaitMs: Millis = 120_000;

interface RunningDrill {
  readonly id: string;
  readonly begun: BegunDrill;
  readonly startedAt: Millis;
  /** Wall clock. */
  readonly at: Millis;
  readonly events: DrillEvent[];
  /** When the simulator said that nothing of the incident is left; undefined: something is. */
  healedAt: Millis | undefined;
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
    ...defined({ endedAt }),
    who: actorText(who),
    host: who?.host ?? '',
    pid: who?.pid ?? 0,
    ...defined({ start: who?.start, place: who?.place, target }),
    score: { ...score, wrongTurns: score.wrongTurns.map(({ is, text }) => ({ is, text: mask(text) })) },
  };
};

class TrackedDrill implements DrillTracker {
  readonly #parts: DrillTrackerParts;
  #changed = (_: DrillProgress): void => {};
  #running: RunningDrill | undefined;
  readonly #accesses = createSerialQueue();
  /** The end of the last drill, once it is stored; undefined without one. */
  #ended: Promise<DrillResult | undefined> = Promise.resolve(undefined);
  #hasFailed = false;
  readonly settled: DrillTracker['settled'];

  constructor(parts: DrillTrackerParts) {
    this.#parts = parts;
    this.settled = this.#accesses.settled;
  }

  end(): Promise<DrillResult | undefined> {
    const drill = this.#running;
    this.#running = undefined;
    if (drill !== undefined)
      this.#ended = this.#finish(drill).then((result) => {
        // Another drill may have begun meanwhile.
        if (this.#running === undefined) this.#changed(this.#progress(drill, result));
        return result;
      });
    return this.#ended;
  }

  onChange(listener: (progress: DrillProgress) => void): void {
    this.#changed = listener;
  }

  begin(begun: BegunDrill): void {
    void this.end();
    const startedAt = this.#parts.clock.now();
    this.#running = {
      id: this.#parts.newId(),
      begun,
      startedAt,
      at: startedAt + this.#parts.clock.wallOffset(),
      events: [],
      healedAt: undefined,
      stored: '',
    };
    this.#changed(this.#progress(this.#running));
    this.#store(this.#running);
  }

  current(): BegunDrill | undefined {
    return this.#running?.begun;
  }

  observe({ system, env }: Pick<DrillSubject, 'system' | 'env'>, event: RunEvent): void {
    if (this.#running?.begun.system === system && this.#running.begun.env === env) this.#add(event);
  }

  signal(signal: DrillSignal): void {
    const isKnown =
      signal.event === 'noticed' && this.#running?.events.some(({ event }) => event === 'noticed');
    if (isKnown !== true) this.#add({ ...signal, at: this.#parts.clock.now() });
  }

  look(): void {
    const drill = this.#running;
    if (drill === undefined) return;
    const now = this.#parts.clock.now();
    if (drill.healedAt === undefined && drill.begun.isHealed()) {
      drill.healedAt = now;
      this.#add({ event: 'healed', at: now });
    } else if (
      drill.healedAt !== undefined &&
      now - drill.healedAt >= proofWaitMs &&
      !isRunUnderWay(drill.events)
    )
      void this.end();
  }

  #failed(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#parts.failed(this.#parts.mask(errorMessage(error)));
  }

  /** One access to the history after the other; a failed one does not block the next. */
  #queued<T>(access: () => Promise<T>): Promise<T | undefined> {
    return this.#accesses.run(access).catch((error: unknown): undefined => {
      this.#failed(error);
      return undefined;
    });
  }

  #progress(drill: RunningDrill, result?: DrillResult): DrillProgress {
    return {
      isRunning: result === undefined,
      isBlind: drill.begun.blind,
      opensCard: drill.begun.opensCard === true,
      startedAt: drill.startedAt,
      hasNoticed: drill.events.some(({ event }) => event === 'noticed'),
      hints: drill.events.flatMap((event) => (event.event === 'hint' ? [event.hint] : [])),
      ...defined({ result }),
    };
  }

  /** Stores the state of the drill, if it differs from the stored one. */
  #store(drill: RunningDrill): void {
    const record = recordOf(drill, this.#parts.mask);
    const text = JSON.stringify(record);
    if (text === drill.stored) return;
    drill.stored = text;
    void this.#queued(() => this.#parts.history.put(record));
  }

  async #finish(drill: RunningDrill): Promise<DrillResult> {
    const record = recordOf(drill, this.#parts.mask, this.#parts.clock.wallNow());
    const before = await this.#queued(async () => {
      const { drills, problem } = await this.#parts.history.read();
      if (problem !== undefined) this.#failed(new Error(problem));
      await this.#parts.history.put(record);
      return drills;
    });
    const best = bestDrill(
      (before ?? []).filter(
        (drillRecord) => drillRecord.id !== record.id && isSameDrill(drillRecord, record),
      ),
      record.how,
    );
    return { record, ...defined({ best }) };
  }

  #add(event: DrillEvent): void {
    if (this.#running === undefined || unscored.has(event.event)) return;
    this.#running.events.push(event);
    this.#changed(this.#progress(this.#running));
    const { startedAt, events } = this.#running;
    if (scoreDrill(startedAt, events).outcome === 'recovered' && !isRunUnderWay(events)) void this.end();
    else this.#store(this.#running);
  }
}

export const createDrillTracker = (parts: DrillTrackerParts): DrillTracker => new TrackedDrill(parts);
