import { join } from 'node:path';
import type { AuthorityLevel, Guard } from '../../src/domain/guard.ts';
import type { Danger, OperationImpact } from '../../src/domain/operation.ts';
import type { Profile, Tier } from '../../src/domain/profile.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import type { OperatorAnswers, RunEvent } from '../../src/domain/run.ts';
import type { ActStep, Runbook, VerifyStep } from '../../src/domain/runbook.ts';
import { openChangeIo } from '../../src/doors/change-io.ts';
import type { ChangeIo, ReadIo } from '../../src/doors/io.ts';
import { openReadIo } from '../../src/doors/read-io.ts';
import { type Engine, openEngine } from '../../src/engine/engine.ts';
import type { LedgerWrite } from '../../src/persistence/ledger/file.ts';
import { openLedger } from '../../src/persistence/ledger/ledger.ts';
import type { LedgerEntry } from '../../src/persistence/ledger/ledger-record.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { type TargetLocks, targetLocks } from '../../src/platform/files/target-locks.ts';
import { createSecretMasker } from '../../src/platform/terminal/secrets.ts';
import { type ArmingControl, createArming } from '../../src/runs/admission.ts';
import type { Executor, ProposalRequest } from '../../src/runs/door.ts';
import { createExecutor } from '../../src/runs/executor.ts';
import type { Operation } from '../../src/sources/source.ts';
import { settle } from '../../src/testing/manual-clock.ts';
import { tempDir } from '../persistence/ledger/entries.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { type BreakerServer, startBreakerServer } from './breaker-server.ts';
import { breakerModule } from './breaker-source.ts';

const position = { file: 'demo.yaml', line: 1, col: 1 };

export interface StageOptions {
  readonly tier?: Tier;
  readonly guard?: Partial<Guard>;
  readonly danger?: Danger | 'as-step';
  readonly everyMs?: number;
  readonly act?: readonly ActStep[];
  /** What the profile says renews the source's login. */
  readonly login?: readonly string[];
  readonly verify?: readonly VerifyStep[] | 'none';
  readonly authority?: readonly AuthorityLevel[];
  /** In place of locks in its state dir. */
  readonly locks?: TargetLocks;
  /** What its operation answers when it is asked whether we may; absent: it cannot be asked. */
  readonly permits?: Operation['permits'];
  /** How much its operation reaches. */
  readonly reach?: OperationImpact;
  /** What sending a call throws in place of an answer. */
  readonly sendFails?: Error;
  /** Called before an entry is written; throws in place of a ledger that cannot be. */
  readonly onAppend?: (entry: LedgerEntry) => void;
  /** Called before each write of the ledger; what it throws is the disk's answer. */
  readonly beforeWrite?: (write: LedgerWrite) => void;
}

/** One run that is under way: its events so far, and how to wait for the next. */
export interface Going {
  readonly events: RunEvent[];
  /** Waits, without moving time, until this event has come. */
  until(event: RunEvent['event']): Promise<void>;
  /** Moves time until it has ended, and gives the last event. */
  end(): Promise<Ended>;
  cancel(): void;
}
type Ended = Extract<RunEvent, { event: 'ended' }>;

export interface Stage extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly server: BreakerServer;
  readonly engine: Engine;
  readonly executor: Executor;
  readonly arming: ArmingControl;
  readonly runbook: Runbook;
  readonly stateDir: string;
  readonly mask: ReturnType<typeof createSecretMasker>;
  propose(
    params?: Record<string, string>,
    runbook?: Partial<Runbook>,
    more?: Partial<ProposalRequest>,
  ): Promise<Proposal>;
  go(proposal: Proposal, answers?: Partial<OperatorAnswers>): Going;
  /** Waits until everything that was asked of the wire and the disk is answered. */
  quiet(): Promise<void>;
}

/** A reference to a parameter, as a runbook writes it. */
const param = (name: string): string => `\${param.${name}}`;

export const closeStep: ActStep = {
  id: 'a1',
  title: `Close ${param('name')}`,
  use: 'bus.move',
  with: { name: param('name'), to: 'closed' },
};

export const staysClosed: VerifyStep = {
  id: 'v1',
  title: 'It stays closed',
  that: `all(breakers[name = "${param('name')}"] | state = closed)`,
  withinMs: 10_000,
  forMs: 2000,
};

export const events = (all: readonly RunEvent[]): readonly string[] => all.map(({ event }) => event);

/** The answers of somebody who says yes to everything, by letters typed. */
export const yes = (proposal: Proposal): OperatorAnswers => ({
  names: proposal.names,
  pasted: false,
  by: 'typed',
  tick: async () => true,
});

/** Counts what is under way, so that a test can wait for it without looking at a real clock. */
const createTraffic = () => {
  let underWay = 0;
  return {
    underWay: () => underWay,
    counted: async <T>(work: Promise<T>): Promise<T> => {
      underWay++;
      try {
        return await work;
      } finally {
        underWay--;
      }
    },
  };
};

export const openStage = async (options: StageOptions = {}): Promise<Stage> => {
  const clock = manualClock();
  const server = await startBreakerServer();
  const dir = await tempDir();
  const traffic = createTraffic();
  const mask = createSecretMasker();

  const countedIo = (of: Clock): ReadIo => {
    const io = openReadIo(of);
    return { ...io, get: (request, signal) => traffic.counted(io.get(request, signal)) };
  };
  const change = openChangeIo(clock);
  const countedChange: ChangeIo = {
    ...change,
    send: (request, signal) =>
      traffic.counted(
        options.sendFails === undefined ? change.send(request, signal) : Promise.reject(options.sendFails),
      ),
  };

  const { tier = 'dev' } = options;
  const guard: Guard = {
    readOnly: tier === 'production',
    armMs: 900_000,
    cancelWindowMs: 5000,
    typed: 'destructive',
    ...options.guard,
  };
  const runbook: Runbook = {
    id: 'close-breaker',
    title: 'Close a circuit breaker',
    covers: [],
    params: [{ name: 'name', type: 'string' }],
    diagnose: [],
    act: options.act ?? [closeStep],
    verify: options.verify ?? [staysClosed],
    position,
  };
  const profile: Profile = {
    system: 'demo',
    env: tier,
    title: 'Demo',
    tier,
    file: 'demo.yaml',
    across: [],
    sources: [
      {
        id: 'bus',
        type: 'breakers',
        config: server.url,
        position,
        ...(options.login && { login: options.login }),
      },
    ],
    signals: [],
    limits: {},
    logViews: [],
    runbooks: [runbook],
    contacts: [],
    links: [],
    guard,
    ...(options.authority === undefined ? {} : { authority: options.authority }),
  };
  const modules = [
    breakerModule({
      danger: options.danger ?? 'disruptive',
      ...(options.permits === undefined ? {} : { permits: options.permits }),
      ...(options.reach === undefined ? {} : { reach: options.reach }),
      ...(options.everyMs === undefined ? {} : { everyMs: options.everyMs }),
    }),
  ];
  const engine = await openEngine(profile, {
    modules,
    clock,
    random: () => 0,
    memory: false,
    paused: true,
    openIo: countedIo,
  });
  const { beforeWrite: before } = options;
  const file = await openLedger(dir.path, before === undefined ? {} : { before });
  const locks = options.locks ?? targetLocks(join(dir.path, 'locks'));
  /** A lock is waited for as a call is. */
  const countedLocks: TargetLocks = {
    holder: (keys) => traffic.counted(locks.holder(keys)),
    take: async (keys, note) => {
      const got = await traffic.counted(locks.take(keys, note));
      if (!('release' in got)) return got;
      return {
        held: () => traffic.counted(got.held()),
        release: () => traffic.counted(got.release()),
      };
    },
  };
  const arming = createArming(guard, tier, clock);
  let runs = 0;
  const executor = createExecutor({
    engine,
    change: countedChange,
    ledger: {
      path: file.path,
      append: async (entry) => {
        options.onAppend?.(entry);
        await traffic.counted(file.append(entry));
      },
    },
    arming,
    clock,
    locks: countedLocks,
    who: { user: 'ana', host: 'vm-1', pid: 4711 },
    newId: () => `run-${++runs}`,
    openIo: () => countedIo(clock),
    mask: mask.mask,
    modules,
  });

  /** Nothing under way for this many turns of the event loop in a row: no request, and no file that is read or written. */
  const quiet = (): Promise<void> => settle(30, () => traffic.underWay() > server.hanging());

  const go = (proposal: Proposal, answers: Partial<OperatorAnswers> = {}): Going => {
    const stop = new AbortController();
    const seen: RunEvent[] = [];
    let over = false;
    const reading = (async () => {
      const stream = executor.execute(proposal, { ...yes(proposal), ...answers }, stop.signal);
      for await (const event of stream) seen.push(event);
      over = true;
    })();
    return {
      events: seen,
      cancel: () => stop.abort(),
      until: async (event) => {
        for (let turn = 0; turn < 200 && !events(seen).includes(event); turn++) await quiet();
        if (!events(seen).includes(event)) throw new Error(`no ${event} in ${events(seen).join(' ')}`);
      },
      end: async () => {
        await quiet();
        for (let step = 0; step < 2000 && !over; step++) {
          await clock.advance(250);
          await quiet();
        }
        if (!over) throw new Error(`did not end: ${JSON.stringify(seen.at(-1))}`);
        await reading;
        const last = seen.at(-1);
        if (last?.event !== 'ended') throw new Error('the last event is no ending');
        return last;
      },
    };
  };

  return {
    clock,
    server,
    engine,
    executor,
    arming,
    runbook,
    stateDir: dir.path,
    mask,
    quiet,
    go,
    propose: (params = { name: 'broker' }, changed = {}, more = {}) =>
      executor.propose(
        { runbook: { ...runbook, ...changed }, params, ...more },
        new AbortController().signal,
      ),
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await change.close();
      await server.close();
      // A watch that nobody ended may be writing its last entry: its directory goes after it.
      await quiet();
      await dir[Symbol.asyncDispose]();
    },
  };
};
