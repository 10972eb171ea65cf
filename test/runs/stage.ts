import { join } from 'node:path';
import type { Millis } from '../../src/domain/base/fault.ts';
import type { Profile, Tier } from '../../src/domain/profile/profile.ts';
import type { AuthorityLevel, Guard } from '../../src/domain/runbooks/guard.ts';
import type { Danger, OperationImpact } from '../../src/domain/runbooks/operation.ts';
import type { ActStep, Runbook, VerifyStep } from '../../src/domain/runbooks/runbook.ts';
import type { Proposal } from '../../src/domain/runs/proposal.ts';
import type { OperatorAnswers, RunEvent } from '../../src/domain/runs/run.ts';
import { openChangeIo } from '../../src/doors/change-io.ts';
import type { ChangeIo, ReadIo } from '../../src/doors/io.ts';
import { openReadIo } from '../../src/doors/read-io.ts';
import { type Engine, openEngine } from '../../src/engine/engine.ts';
import { type ResetFile, resetFile } from '../../src/persistence/files/reset-file.ts';
import type { LedgerWrite } from '../../src/persistence/ledger/file.ts';
import { openLedger } from '../../src/persistence/ledger/ledger.ts';
import type { LedgerEntry } from '../../src/persistence/ledger/ledger-record.ts';
import { type TargetLocks, targetLocks } from '../../src/platform/files/target-locks.ts';
import { createSecretMasker } from '../../src/platform/masking/secrets.ts';
import type { Clock } from '../../src/platform/runtime/clock.ts';
import { type ArmingControl, createArming } from '../../src/runs/context/arming.ts';
import type { Executor, ExecutorParts, ProposalRequest } from '../../src/runs/context/executor-api.ts';
import { createExecutor } from '../../src/runs/executor.ts';
import { createOwnRuns, type OwnRuns } from '../../src/runs/records/own-runs.ts';
import type { Operation, Source } from '../../src/sources/kit/contract/source.ts';
import { foreseeingClock, settle } from '../../src/testing/manual-clock.ts';
import { tempDir } from '../persistence/ledger/entries.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { withWallOffset } from '../support/wall-offset.ts';
import { type BreakerServer, startBreakerServer } from './breaker-server.ts';
import { breakerModule } from './breaker-source.ts';

const position = { file: 'demo.yaml', line: 1, col: 1 };

export interface StageOptions {
  /** How far the wall clock is ahead. */
  readonly wallOffset?: () => Millis;
  /** Whether the shared state allows changes. */
  readonly admission?: NonNullable<ExecutorParts['admission']>;
  /** The records of the shared ledger. */
  readonly approvals?: NonNullable<ExecutorParts['approvals']>;
  /** The id of this cockpit among those of the team. */
  readonly cockpit?: NonNullable<ExecutorParts['cockpit']>;
  readonly tier?: Tier;
  readonly guard?: Partial<Guard>;
  readonly danger?: Danger | 'as-step';
  readonly everyMs?: number;
  readonly act?: readonly ActStep[];
  readonly after?: Runbook['after'];
  /** The command of the profile that renews the source's login. */
  readonly login?: readonly string[];
  readonly verify?: readonly VerifyStep[] | 'none';
  readonly authority?: readonly AuthorityLevel[];
  /** True: a simulator serves the environment. */
  readonly drill?: true;
  /** Replaces the locks in its state directory. */
  readonly locks?: TargetLocks;
  /** The result of its operation's permission check; absent: permission cannot be checked. */
  readonly permits?: Operation['permits'];
  /** Impact of its operation. */
  readonly reach?: OperationImpact;
  readonly namesDrift?: (name: string) => string;
  /** Reads who answers; absent: its source cannot tell. */
  readonly fingerprint?: Source['fingerprint'];
  /** The profile declares no identity of its system. */
  readonly isAnonymous?: true;
  /** Its operation may restart processes. */
  readonly mayRestart?: true;
  /** The account as which the system knows the login; absent: its source cannot tell. */
  readonly account?: Source['account'];
  /** Opens the source; absent: it is always open. */
  readonly ready?: Source['ready'];
  /** Error thrown instead of a response to a request. */
  readonly sendFails?: Error;
  /** Called before an entry is written; throws to simulate a ledger that cannot be written. */
  readonly onAppend?: (entry: LedgerEntry) => unknown;
  /** Called before each write of the ledger; throws to simulate a disk error. */
  readonly beforeWrite?: (write: LedgerWrite) => void;
}

/** A run in progress: its events so far, and how to wait for the next. */
export interface Going {
  readonly events: RunEvent[];
  /** Waits for this event without advancing time. */
  until(event: RunEvent['event']): Promise<void>;
  /** Advances time until it has ended, and returns the last event. */
  end(): Promise<Ended>;
  cancel(): void;
}
type Ended = Extract<RunEvent, { event: 'ended' }>;

export interface Stage extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly server: BreakerServer;
  readonly engine: Engine;
  readonly executor: Executor;
  /** The runs in the memory of its process. */
  readonly ownRuns: OwnRuns;
  /** The executor of another process on the same state directory, with other parts. */
  restarted(parts?: Partial<ExecutorParts>): Executor;
  readonly arming: ArmingControl;
  readonly runbook: Runbook;
  readonly stateDir: string;
  readonly mask: ReturnType<typeof createSecretMasker>;
  propose(
    params?: Record<string, string>,
    runbook?: Partial<Runbook>,
    more?: Partial<ProposalRequest>,
  ): Promise<Proposal>;
  /** `by`: the executor that has planned it, if it is another one. */
  go(proposal: Proposal, answers?: Partial<OperatorAnswers>, by?: Executor): Going;
  /** Waits until no network or disk operation is pending. */
  quiet(): Promise<void>;
  /** Advances time by quarters of a second, until something was due in one. */
  toNextDue(): Promise<void>;
}

/** A reference to a parameter in runbook syntax. */
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

/** The answers of an operator who confirms everything by typing. */
export const yes = (proposal: Proposal): OperatorAnswers => ({
  names: proposal.names,
  pasted: false,
  by: 'typed',
  tick: async () => true,
});

/** Counts pending operations, so that a test can wait for them without a real clock. */
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
  const { wallOffset } = options;
  const clock = wallOffset === undefined ? foreseeingClock() : withWallOffset(foreseeingClock(), wallOffset);
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
    ...(options.after === undefined ? {} : { after: options.after }),
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
      ...(options.namesDrift === undefined ? {} : { namesDrift: options.namesDrift }),
      ...(options.fingerprint === undefined ? {} : { fingerprint: options.fingerprint }),
      ...(options.account === undefined ? {} : { account: options.account }),
      ...(options.isAnonymous === undefined ? {} : { isAnonymous: options.isAnonymous }),
      ...(options.mayRestart === undefined ? {} : { mayRestart: options.mayRestart }),
      ...(options.ready === undefined ? {} : { ready: options.ready }),
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
  /** Locks count as pending operations too. */
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
  const stored = resetFile(dir.path);
  /** Pending resets count as pending operations too. */
  const countedResets: ResetFile = {
    ...stored,
    read: () => traffic.counted(stored.read()),
    update: (change) => traffic.counted(stored.update(change)),
    claim: (reset) => traffic.counted(stored.claim(reset)),
  };
  const arming = createArming(guard, tier, clock);
  let runs = 0;
  const executorOf = (more: Partial<ExecutorParts> = {}): Executor =>
    createExecutor({
      engine,
      ...(options.drill === undefined ? {} : { drill: options.drill }),
      change: countedChange,
      ledger: {
        path: file.path,
        append: async (entry, ...more) => {
          await options.onAppend?.(entry);
          await traffic.counted(file.append(entry, ...more));
        },
      },
      arming,
      clock,
      locks: countedLocks,
      resets: countedResets,
      ...(options.admission === undefined ? {} : { admission: options.admission }),
      ...(options.approvals === undefined ? {} : { approvals: options.approvals }),
      ...(options.cockpit === undefined ? {} : { cockpit: options.cockpit }),
      who: { user: 'ana', host: 'vm-1', pid: 4711 },
      newId: () => `run-${++runs}`,
      openIo: () => countedIo(clock),
      mask: mask.mask,
      modules,
      ...more,
    });
  const ownRuns = createOwnRuns();
  const executor = executorOf({ ownRuns });

  /** Number of consecutive event loop turns without a pending request or file operation. */
  const quiet = (): Promise<void> => settle(30, () => traffic.underWay() > server.hanging());

  const toNextDue = (): Promise<void> =>
    clock.advance(250 * Math.max(1, Math.ceil((clock.untilDue() ?? 0) / 250)));

  const go = (proposal: Proposal, answers: Partial<OperatorAnswers> = {}, by = executor): Going => {
    const stop = new AbortController();
    const seen: RunEvent[] = [];
    let over = false;
    const reading = (async () => {
      const stream = by.execute(proposal, { ...yes(proposal), ...answers }, stop.signal);
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
          await toNextDue();
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
    ownRuns,
    restarted: executorOf,
    arming,
    runbook,
    stateDir: dir.path,
    mask,
    quiet,
    toNextDue,
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
      // A watch that is still running may be writing its last entry: remove its directory afterwards.
      await quiet();
      await dir[Symbol.asyncDispose]();
    },
  };
};
