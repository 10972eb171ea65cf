import { defined } from '../../domain/base/defined.ts';
import type { Fault, FaultKind, Millis } from '../../domain/base/fault.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { longestRetryMs } from '../../platform/runtime/wire-error.ts';
import type { StreamState } from '../format/log-stream.ts';
import type { LogEvent, ResumePoint, Tail } from '../reading/tail.ts';
import type { Lane, YieldTurn } from './lane.ts';
import type { LineIngestor } from './line-ingestor.ts';

/** Result of opening a stream once. */
interface Attempt {
  readonly fault: Fault | undefined;
  readonly ms: Millis;
  /** True: no lines arrived. */
  readonly isSilent: boolean;
}

interface AttemptParts {
  readonly clock: Clock;
  readonly yieldTurn: YieldTurn;
  readonly lane: Lane;
  readonly ingestor: LineIngestor;
  readonly source: string;
  /**
   * Called when the stream is open and sends lines, or has been open for a while; `fault`: a fault that it
   * reports.
   */
  live(fault?: Fault): void;
}

/** Time after which an open stream counts as live even without lines. */
const openedMs: Millis = 2000;

/** Reads a tail from a position until it breaks, ends, or the signal aborts. Never rejects. */
const attempt = async (
  parts: AttemptParts,
  tail: Tail,
  resume: ResumePoint,
  signal: AbortSignal,
): Promise<Attempt> => {
  const { clock, lane } = parts;
  const began = clock.now();
  let fault: Fault | undefined;
  let lines = 0;
  const over = new AbortController();
  // A flag, because a combined signal checks all its sources on every access, and this is checked after every
  // line.
  let isAborted = signal.aborted;
  const abort = (): void => {
    isAborted = true;
  };
  signal.addEventListener('abort', abort);
  const live = (): void => {
    parts.live();
    if (lane.state === 'quiet') lane.enter('live');
  };
  void clock.sleep(openedMs, AbortSignal.any([over.signal, signal])).then(() => {
    if (over.signal.aborted || signal.aborted || lines > 0 || fault !== undefined) return;
    live();
    parts.ingestor.reconnected();
  });
  const counted = (): void => {
    if (lines === 0) live();
    lines++;
    // The requested history is complete.
    if (lines === resume.lines && lane.state === 'history') lane.enter('live');
  };
  const trackFault = (event: LogEvent): void => {
    if (event.is === 'fault') {
      fault = event.fault;
      parts.live(fault);
    } else if (event.is === 'note' && fault !== undefined && lines === 0) {
      // What was missing exists now, possibly without lines.
      fault = undefined;
      live();
    }
  };
  try {
    for await (const event of tail.open(resume, signal)) {
      trackFault(event);
      if (event.is === 'line' || event.is === 'chunk') counted();
      parts.ingestor.ingest(event);
      if (lane.isFull) await lane.room(signal);
      const pause = parts.yieldTurn();
      if (pause !== undefined) await pause;
      if (isAborted) break;
    }
  } catch (error) {
    if (!signal.aborted) fault = toFault(parts.source, tail.stream, error, clock.now());
  }
  over.abort();
  signal.removeEventListener('abort', abort);
  return { fault, ms: clock.now() - began, isSilent: lines === 0 };
};

const firstMs: Millis = 500;
const capMs: Millis = 30_000;
/** Pauses after faults that a retry alone does not fix. */
const slowFirstMs: Millis = 30_000;
const slowCapMs: Millis = 120_000;
const slow: readonly FaultKind[] = ['denied', 'missing', 'unconfigured', 'wrong-system', 'bug'];
/**
 * Maximum fraction of a pause that jitter removes, so that streams that broke together do not reconnect
 * together.
 */
const jitter = 0.25;

/**
 * Returns the ms until a stream is reopened after `losses` (1 or more) consecutive failures. 0.5 s, doubled
 * by each further failure, at most 30 s, less up to a quarter by `chance` (0..1). 30 s to 2 min for faults
 * that a retry does not fix. Never less than a requested delay.
 */
const retryPauseMs = (fault: Fault | undefined, losses: number, chance: number): Millis => {
  const isSlow = fault !== undefined && slow.includes(fault.kind);
  const [first, cap] = isSlow ? [slowFirstMs, slowCapMs] : [firstMs, capMs];
  const pause = Math.min(cap, first * 2 ** (losses - 1)) * (1 - jitter * chance);
  return Math.max(pause, Math.min(longestRetryMs, fault?.retryAfterMs ?? 0));
};

/** Status of a stream. */
interface StreamStatus {
  readonly state: StreamState;
  readonly fault?: Fault;
  readonly retryAt?: Millis;
}

/** Dependencies of one stream's follower. */
interface StreamFollowerOptions {
  readonly clock: Clock;
  readonly chance: () => number;
  readonly yieldTurn: YieldTurn;
  readonly source: string;
  readonly lane: Lane;
  readonly ingestor: LineIngestor;
  onStatus(status: StreamStatus): void;
}

export interface StreamFollower {
  /**
   * Reads a tail from `first`, or resumes after what was received before; reconnects if `first.follow` is
   * set. Resolves when the stream has ended, or the signal aborts. Never rejects.
   */
  run(tail: Tail, first: ResumePoint, signal: AbortSignal): Promise<void>;
  /** Retries now if it is waiting. */
  wake(): void;
  /** Reopens the stream at its current position with another `ResumePoint.filter`. */
  refilter(filter: ResumePoint['filter']): void;
}

/** Time without an interruption after which the failure count restarts. */
const goodMs: Millis = 60_000;
/** A stream that ends sooner and without lines has ended permanently. */
const briefMs: Millis = 5000;
/** Maximum attempts of a reader that does not follow. */
const maxAttempts = 3;

const faultOf = ({ fault }: Attempt): { readonly fault?: Fault } => defined({ fault });

export const createStreamFollower = (parts: StreamFollowerOptions): StreamFollower => {
  const { clock, chance, lane, ingestor, onStatus } = parts;
  let waking = new AbortController();
  let opened = new AbortController();
  let filter: ResumePoint['filter'];

  const live = (fault?: Fault): void => {
    const state = fault !== undefined && lane.state === 'quiet' ? 'opening' : 'live';
    onStatus({ state, ...defined({ fault }) });
  };

  /** True: the stream is to be reopened. */
  const shouldRetry = (result: Attempt, follow: boolean, losses: number): boolean =>
    follow
      ? result.fault !== undefined || !result.isSilent || result.ms >= briefMs
      : result.fault !== undefined && losses < maxAttempts && ingestor.canResume;

  /** Opens the stream, and reopens it whenever its filter changes. */
  const open = async (
    tail: Tail,
    first: ResumePoint,
    isCut: boolean,
    signal: AbortSignal,
  ): Promise<Attempt> => {
    for (;;) {
      opened = new AbortController();
      const resume = { ...ingestor.resumeFrom(first, isCut), ...defined({ filter }) };
      const either = AbortSignal.any([signal, opened.signal]);
      const result = await attempt({ ...parts, live }, tail, resume, either);
      if (signal.aborted || !opened.signal.aborted) return result;
    }
  };

  const pause = async (result: Attempt, losses: number, signal: AbortSignal): Promise<void> => {
    const ms = retryPauseMs(result.fault, losses, chance());
    onStatus({ state: 'waiting', retryAt: clock.now() + ms, ...faultOf(result) });
    waking = new AbortController();
    await clock.sleep(ms, AbortSignal.any([signal, waking.signal]));
  };

  const end = (result: Attempt, follow: boolean): void => {
    ingestor.end();
    if (!follow) lane.enter('over');
    onStatus({ state: 'ended', ...faultOf(result) });
  };

  const run = async (tail: Tail, first: ResumePoint, signal: AbortSignal): Promise<void> => {
    filter = first.filter;
    // A stream that had ended is retried without a status change.
    if (lane.state !== 'quiet') onStatus({ state: 'opening' });
    let isCut = false;
    for (let losses = 1; ; losses++) {
      const result = await open(tail, first, isCut, signal);
      if (signal.aborted) return;
      if (result.ms >= goodMs) losses = 1;
      lane.enter('quiet');
      if (!shouldRetry(result, first.follow, losses)) {
        end(result, first.follow);
        return;
      }
      await pause(result, losses, signal);
      if (signal.aborted) return;
      isCut = result.fault !== undefined;
      onStatus({ state: 'opening', ...faultOf(result) });
    }
  };

  return {
    run,
    wake: () => waking.abort(),
    refilter: (lineFilter) => {
      filter = lineFilter;
      opened.abort();
    },
  };
};
