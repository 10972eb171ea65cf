import type { Fault, FaultKind, Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import { toFault } from '../../platform/to-fault.ts';
import type { StreamState } from '../format/log-stream.ts';
import type { ResumePoint, Tail } from '../reading/tail.ts';
import type { Lane, YieldTurn } from './lane.ts';
import type { LineIngestor } from './line-ingestor.ts';

/** What became of one opening of a stream. */
interface Attempt {
  readonly fault: Fault | undefined;
  readonly ms: Millis;
  /** True: it said nothing. */
  readonly isSilent: boolean;
}

interface AttemptParts {
  readonly clock: Clock;
  readonly yieldTurn: YieldTurn;
  readonly lane: Lane;
  readonly ingestor: LineIngestor;
  readonly source: string;
  /** It is open and says something, or has been for a while; or this is wrong with it. */
  live(fault?: Fault): void;
}

/** What is open so long is live, though it says nothing. */
const openedMs: Millis = 2000;

/** Reads a tail from one place on until it breaks, ends or the signal aborts. Never rejects. */
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
  // A signal made of several looks through them each time that it is asked; this is asked after every line.
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
    // All of the history that was asked for has come.
    if (lines === resume.lines && lane.state === 'history') lane.enter('live');
  };
  try {
    for await (const event of tail.open(resume, signal)) {
      if (event.is === 'fault') fault = event.fault;
      if (event.is === 'fault') parts.live(event.fault);
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
/** For what time alone does not mend. */
const slowFirstMs: Millis = 30_000;
const slowCapMs: Millis = 120_000;
const slow: readonly FaultKind[] = ['denied', 'missing', 'unconfigured', 'wrong-system', 'bug'];
/** The part of a pause that chance may take away, so that streams that broke together do not come back together. */
const jitter = 0.25;

/**
 * Ms until a stream is opened again after `losses` (1 or more) in a row: 0.5 s, doubled by each further loss, at most 30 s, less
 * up to a quarter by `chance` (0..1). From 30 s up to 2 min for what asking again does not mend. Never sooner than asked.
 */
const retryPauseMs = (fault: Fault | undefined, losses: number, chance: number): Millis => {
  const isSlow = fault !== undefined && slow.includes(fault.kind);
  const [first, cap] = isSlow ? [slowFirstMs, slowCapMs] : [firstMs, capMs];
  const pause = Math.min(cap, first * 2 ** (losses - 1)) * (1 - jitter * chance);
  return Math.max(pause, fault?.retryAfterMs ?? 0);
};

/** How it stands with a stream, besides what it is. */
interface StreamStatus {
  readonly state: StreamState;
  readonly fault?: Fault;
  readonly retryAt?: Millis;
}

/** One stream: where its rows go, and whom it tells how it stands. */
interface StreamFollowerOptions {
  readonly clock: Clock;
  readonly chance: () => number;
  readonly yieldTurn: YieldTurn;
  readonly source: string;
  readonly lane: Lane;
  readonly ingestor: LineIngestor;
  onStatus(standing: StreamStatus): void;
}

export interface StreamFollower {
  /**
   * Reads a tail, from `first` on or behind what was told before; over breaks, as long as `first.follow` says so. Resolves when
   * the stream has ended, or the signal aborts. Never rejects.
   */
  run(tail: Tail, first: ResumePoint, signal: AbortSignal): Promise<void>;
  /** Tries now, if it waits. */
  wake(): void;
  /** Opens it anew where it is, with another `Resume.filter`. */
  refilter(filter: ResumePoint['filter']): void;
}

/** After so long a time without a break the next one counts as the first. */
const goodMs: Millis = 60_000;
/** What ends sooner, and has said nothing, has ended for good. */
const briefMs: Millis = 5000;
/** A reader that does not follow tries so often to get to the end. */
const mostTries = 3;

const faultOf = ({ fault }: Attempt): { readonly fault?: Fault } => (fault === undefined ? {} : { fault });

export const createStreamFollower = (parts: StreamFollowerOptions): StreamFollower => {
  const { clock, chance, lane, ingestor: telling, onStatus: stands } = parts;
  let waking = new AbortController();
  let opened = new AbortController();
  let filter: ResumePoint['filter'];

  const live = (fault?: Fault): void => {
    const state = fault !== undefined && lane.state === 'quiet' ? 'opening' : 'live';
    stands({ state, ...(fault === undefined ? {} : { fault }) });
  };

  /** True: what broke or ended is to be opened again. */
  const isToTry = (tried: Attempt, follow: boolean, losses: number): boolean =>
    follow
      ? tried.fault !== undefined || !tried.isSilent || tried.ms >= briefMs
      : tried.fault !== undefined && losses < mostTries && telling.canResume;

  /** Opens it once, and once more each time that its filter has become another. */
  const open = async (
    tail: Tail,
    first: ResumePoint,
    isCut: boolean,
    signal: AbortSignal,
  ): Promise<Attempt> => {
    for (;;) {
      opened = new AbortController();
      const resume = { ...telling.resumeFrom(first, isCut), ...(filter === undefined ? {} : { filter }) };
      const either = AbortSignal.any([signal, opened.signal]);
      const tried = await attempt({ ...parts, live }, tail, resume, either);
      if (signal.aborted || !opened.signal.aborted) return tried;
    }
  };

  const pause = async (tried: Attempt, losses: number, signal: AbortSignal): Promise<void> => {
    const ms = retryPauseMs(tried.fault, losses, chance());
    stands({ state: 'waiting', retryAt: clock.now() + ms, ...faultOf(tried) });
    waking = new AbortController();
    await clock.sleep(ms, AbortSignal.any([signal, waking.signal]));
  };

  const end = (tried: Attempt, follow: boolean): void => {
    telling.end();
    if (!follow) lane.enter('over');
    stands({ state: 'ended', ...faultOf(tried) });
  };

  const run = async (tail: Tail, first: ResumePoint, signal: AbortSignal): Promise<void> => {
    filter = first.filter;
    // One that had ended is looked at in silence.
    if (lane.state !== 'quiet') stands({ state: 'opening' });
    let isCut = false;
    for (let losses = 1; ; losses++) {
      const tried = await open(tail, first, isCut, signal);
      if (signal.aborted) return;
      if (tried.ms >= goodMs) losses = 1;
      lane.enter('quiet');
      if (!isToTry(tried, first.follow, losses)) {
        end(tried, first.follow);
        return;
      }
      await pause(tried, losses, signal);
      if (signal.aborted) return;
      isCut = tried.fault !== undefined;
      stands({ state: 'opening', ...faultOf(tried) });
    }
  };

  return {
    run,
    wake: () => waking.abort(),
    refilter: (wanted) => {
      filter = wanted;
      opened.abort();
    },
  };
};
