import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Profile } from '../../src/domain/profile/profile.ts';
import type { Runbook, VerifyStep } from '../../src/domain/runbooks/runbook.ts';
import type { Proposal } from '../../src/domain/runs/proposal.ts';
import type { OperatorAnswers, RunEvent } from '../../src/domain/runs/run.ts';
import { openChangeIo } from '../../src/doors/change-io.ts';
import type { ReadIoOptions } from '../../src/doors/io.ts';
import { createPortForwards, type PortForwards } from '../../src/doors/port-forwards.ts';
import { openReadIo } from '../../src/doors/read-io.ts';
import { openEngine } from '../../src/engine/engine.ts';
import { openLedger } from '../../src/persistence/ledger/ledger.ts';
import { verifyLedger } from '../../src/persistence/ledger/verify-ledger.ts';
import { secretMasker } from '../../src/platform/masking/secrets.ts';
import { systemClock } from '../../src/platform/runtime/clock.ts';
import { newRunId } from '../../src/platform/runtime/random.ts';
import { createArming } from '../../src/runs/context/arming.ts';
import { createExecutor } from '../../src/runs/executor.ts';
import { moduleOf } from '../contract/wired.ts';
import { sourceModules } from '../support/source-modules.ts';

export type Ended = Extract<RunEvent, { event: 'ended' }>;

/** A completed run. */
export interface Ran {
  readonly proposal: Proposal;
  readonly events: readonly RunEvent[];
  readonly ended: Ended;
  readonly runbook: Runbook;
}

/** The executor of an environment with one source, on a real server in real time, with its ledger in a temporary directory. */
export interface Acting extends AsyncDisposable {
  /** Plans only. */
  propose(runbook: Runbook): Promise<Proposal>;
  /** Plans, confirms all targets by name, executes and verifies. */
  run(runbook: Runbook): Promise<Ran>;
  /** Confirms an existing proposal, executes and verifies. */
  carryOut(proposal: Proposal, runbook: Runbook): Promise<Ran>;
  /** Executes, and cancels when an event matches. */
  cancelAt(runbook: Runbook, isDue: (event: RunEvent) => boolean): Promise<Ran>;
  /** Undoes a run, as a separate run. */
  undo(ran: Ran): Promise<Ran>;
  /** The open port-forwards. */
  readonly forwards: PortForwards;
  /** True if the hash chain of the ledger is intact. */
  ledgerHolds(): Promise<boolean>;
}

const position = { file: 'real.yaml', line: 1, col: 1 };
const guard = { readOnly: false, armMs: 900_000, cancelWindowMs: 0, typed: 'destructive' } as const;

/** A runbook of one step. */
export const oneStep = (
  use: string,
  params: Readonly<Record<string, unknown>>,
  verify: Runbook['verify'],
): Runbook => ({
  id: use.replace('.', '-'),
  title: use,
  covers: [],
  params: [],
  diagnose: [],
  act: [{ id: 'a1', title: use, use, with: params }],
  verify,
  position,
});

export const proof = (that: string, withinMs = 10_000, forMs = 500): VerifyStep => ({
  id: 'v1',
  title: that,
  that,
  withinMs,
  forMs,
});

/** `local`: where its operations save files, and the terminal that they are lent. Absent: neither. */
export const openActing = async (
  id: string,
  type: string,
  entry: object,
  local: Pick<ReadIoOptions, 'stateDir' | 'lendTerminal'> = {},
): Promise<Acting> => {
  const clock = systemClock();
  const config = moduleOf(type).config.parse({ every: '250ms', ...entry });
  const profile: Profile = {
    system: 'real',
    env: 'test',
    title: 'Real',
    tier: 'staging',
    file: position.file,
    across: [],
    sources: [{ id, type, config, position }],
    signals: [],
    limits: {},
    logViews: [],
    runbooks: [],
    contacts: [],
    links: [],
    guard,
  };
  const engine = await openEngine(profile, {
    modules: sourceModules,
    clock,
    random: () => 0,
    memory: false,
    paused: true,
    openIo: (of, way) => openReadIo(of, { ...way, ...local }),
  });
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-acting-'));
  const forwards = createPortForwards(() => clock.now());
  const change = openChangeIo(clock, { portForwards: forwards, ...local });
  const executor = createExecutor({
    engine,
    change,
    ledger: await openLedger(dir),
    arming: createArming(guard, profile.tier, clock),
    clock,
    who: { user: 'ana', host: 'vm-1', pid: process.pid },
    newId: newRunId,
    mask: secretMasker.mask,
    modules: sourceModules,
  });
  const { signal } = new AbortController();

  const carryOut = async (
    proposal: Proposal,
    runbook: Runbook,
    isDue: (event: RunEvent) => boolean = () => false,
  ): Promise<Ran> => {
    const events: RunEvent[] = [];
    const stop = new AbortController();
    for await (const event of executor.execute(proposal, yesTo(proposal), stop.signal)) {
      events.push(event);
      if (isDue(event)) stop.abort(new DOMException('', 'AbortError'));
    }
    const ended = events.at(-1);
    if (ended?.event !== 'ended') throw new Error('the run has no `ended` event');
    return { proposal, events, ended, runbook };
  };
  // These are single objects on test servers: to take the last instance is what the tests are about.
  const propose = (runbook: Runbook): Promise<Proposal> =>
    executor.propose({ runbook, params: {}, outage: 'a test server' }, signal);

  return {
    forwards,
    propose,
    carryOut: (proposal, runbook) => carryOut(proposal, runbook),
    cancelAt: async (runbook, isDue) => carryOut(await propose(runbook), runbook, isDue),
    run: async (runbook) => carryOut(await propose(runbook), runbook),
    undo: async ({ events, runbook }) => {
      const proposal = await executor.undoProposal(events[0]?.run ?? '', signal);
      if (proposal === undefined) throw new Error('the run has no undo');
      return carryOut(proposal, runbook);
    },
    ledgerHolds: async () => (await verifyLedger(dir)).ok,
    [Symbol.asyncDispose]: async () => {
      await forwards.closeAll();
      await engine.close();
      await change.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

const yesTo = ({ names }: Proposal): OperatorAnswers => ({
  names,
  pasted: false,
  by: 'typed',
  tick: async () => true,
});
