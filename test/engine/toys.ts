import type { Fault, FaultKind } from '../../src/domain/base/fault.ts';
import type { Profile, SourceEntry } from '../../src/domain/profile/profile.ts';
import type { ReadIo } from '../../src/doors/io.ts';
import { type Engine, type EngineOptions, openEngine } from '../../src/engine/engine.ts';
import type { Clock } from '../../src/platform/runtime/clock.ts';
import type { Feed, Source, SourceModule } from '../../src/sources/kit/contract/source.ts';

type Answer = Awaited<ReturnType<Feed['read']>>;

/** A minimal feed that records when it was read. */
export interface Toy {
  readonly feed: Feed;
  /** When each read started. */
  readonly began: number[];
  readonly ended: number[];
  /** The highest number of concurrent reads. */
  mostAtOnce: number;
  /** Notifies all listeners of a change. */
  wake(): void;
  /** Number of listeners. */
  listeners(): number;
}

export interface ToyOptions {
  readonly everyMs?: number;
  readonly timeoutMs?: number;
  readonly probe?: boolean;
  /** Duration of the nth read (from 0). */
  readonly latencyMs?: (nth: number) => number;
  readonly answer?: (nth: number) => Answer;
  /** Ignores its abort signal. */
  readonly deaf?: boolean;
  /** Supports change notifications, sent by `wake`. */
  readonly pushes?: boolean;
}

export const note = (source: string, text: string, index: number) => ({
  source,
  at: index,
  title: 'toy',
  text,
});

export const fault = (kind: FaultKind, more: Partial<Fault> = {}): Fault => ({
  kind,
  source: 'toy',
  message: `it was ${kind}`,
  at: 0,
  ...more,
});

export const lost = (kind: FaultKind, more: Partial<Fault> = {}): Answer => ({
  items: [],
  faults: [fault(kind, more)],
});

/** A feed of source `a` for the id `a/rows`. Answers with one note by default. */
export const toy = (clock: Clock, id: string, options: ToyOptions = {}): Toy => {
  const [source = '', name = ''] = id.split('/');
  const began: number[] = [];
  const ended: number[] = [];
  let now = 0;
  const listening = new Set<() => void>();
  const watch: Feed['watch'] = (wake) => {
    listening.add(wake);
    return () => listening.delete(wake);
  };
  const made: Toy = {
    began,
    ended,
    mostAtOnce: 0,
    wake: () => {
      for (const wake of listening) wake();
    },
    listeners: () => listening.size,
    feed: {
      id,
      source,
      name,
      kind: 'notes',
      everyMs: options.everyMs ?? 1000,
      staleMs: 3000,
      timeoutMs: options.timeoutMs ?? 2000,
      ...(options.probe === undefined ? {} : { probe: options.probe }),
      ...(options.pushes === true ? { watch } : {}),
      read: async (signal) => {
        const nth = began.length;
        began.push(clock.now());
        now += 1;
        made.mostAtOnce = Math.max(made.mostAtOnce, now);
        const latencyMs = options.latencyMs?.(nth) ?? 0;
        if (latencyMs > 0) await clock.sleep(latencyMs, options.deaf === true ? undefined : signal);
        now -= 1;
        ended.push(clock.now());
        if (signal.aborted && options.deaf !== true) return lost('timeout');
        return options.answer?.(nth) ?? { items: [note(source, `read ${nth}`, clock.now())], faults: [] };
      },
    },
  };
  return made;
};

export interface ToySource {
  readonly feeds: readonly Feed[];
  readonly identify?: Source['identify'];
  readonly close?: () => Promise<void>;
}

export const profileOf = (sources: readonly SourceEntry[]): Profile => ({
  system: 'toys',
  env: 'test',
  title: 'Toys',
  tier: 'local',
  file: 'toys.yaml',
  across: [],
  sources,
  signals: [],
  limits: {},
  logViews: [],
  runbooks: [],
  contacts: [],
  links: [],
  guard: { readOnly: false, armMs: 0, cancelWindowMs: 0, typed: 'destructive' },
});

const unusedIo = (clock: Clock): ReadIo => {
  const never = () => Promise.reject(new Error('toys use no io'));
  const files = { list: never, stat: never, read: never };
  const follow = (): never => {
    throw new Error('toys use no io');
  };
  const asked = {
    get: never,
    stream: never,
    connect: never,
  };
  return {
    clock,
    declaredReads: follow,
    ...asked,
    tcp: never,
    tls: never,
    files,
    filesAt: () => files,
    disk: { stat: never, free: never, bytes: follow },
    findProgram: never,
    logFiles: {
      stat: never,
      open: never,
      siblings: never,
      unpacked: follow,
      watch: follow,
    },
    run: never,
    follow,
    followBytes: follow,
    open: follow,
    close: async () => {},
  };
};

const position = { file: 'toys.yaml', line: 1, col: 1 };

/** An engine on toy sources: `{ a: [feed], b: { feeds, identify } }`. A source that is an Error fails to open. */
export const openToys = (
  clock: Clock,
  sources: Readonly<Record<string, readonly Feed[] | ToySource | Error | Fault>>,
  options: Partial<EngineOptions> = {},
  declared: Pick<SourceModule, 'readingAccess'> = {},
): Promise<Engine> => {
  const entries: SourceEntry[] = Object.entries(sources).map(([id, source]) => ({
    id,
    type: 'toy',
    config: {},
    position,
    ...('kind' in source ? { problem: source } : {}),
  }));
  const module: Pick<SourceModule, 'type' | 'title' | 'gives' | 'open'> = {
    type: 'toy',
    title: 'Toy',
    gives: () => ({ kinds: ['health'], expects: [{ service: 'toy', instance: '' }] }),
    open: async ({ id }) => {
      const wantedSource = sources[id];
      if (wantedSource === undefined || wantedSource instanceof Error) throw wantedSource;
      const { feeds, identify, close } =
        'feeds' in wantedSource ? wantedSource : { feeds: wantedSource as readonly Feed[] };
      return {
        id,
        feeds,
        operations: [],
        ...(identify === undefined ? {} : { identify }),
        close: close ?? (async () => {}),
      };
    },
  };
  return openEngine(profileOf(entries), {
    modules: [{ ...module, ...declared } as SourceModule],
    clock,
    random: () => 0,
    memory: true,
    openIo: unusedIo,
    ...options,
  });
};
