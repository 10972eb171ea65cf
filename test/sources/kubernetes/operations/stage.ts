import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Profile } from '../../../../src/domain/profile/profile.ts';
import type { Danger } from '../../../../src/domain/runbooks/operation.ts';
import type { ParamValues, Runbook } from '../../../../src/domain/runbooks/runbook.ts';
import type { Proposal } from '../../../../src/domain/runs/proposal.ts';
import type { RunEvent } from '../../../../src/domain/runs/run.ts';
import { openChangeIo } from '../../../../src/doors/change-io.ts';
import { builtInRunbooks } from '../../../../src/engine/cockpit/runs/built-in-runbooks.ts';
import { openEngine } from '../../../../src/engine/engine.ts';
import { openLedger } from '../../../../src/persistence/ledger/ledger.ts';
import { secretMasker } from '../../../../src/platform/masking/secrets.ts';
import { createArming } from '../../../../src/runs/context/arming.ts';
import { createExecutor } from '../../../../src/runs/executor.ts';
import { kubernetes } from '../../../../src/sources/kubernetes/index.ts';
import { kubeStage } from '../../../simulator/kube-stage.ts';

type Params = Readonly<Record<string, unknown>>;
type Ended = Extract<RunEvent, { event: 'ended' }>;

/** A run that has ended. */
interface Ran {
  readonly proposal: Proposal;
  readonly events: readonly RunEvent[];
  readonly ended: Ended;
  readonly runbook: Runbook;
  /** The output of its actions, in order. */
  readonly output: readonly string[];
}

const usualGuard = { readOnly: false, armMs: 900_000, cancelWindowMs: 0, typed: 'destructive' } as const;
const turn = (): Promise<void> => new Promise((go) => setImmediate(go));

const position = { file: 'here.yaml', line: 1, col: 1 };

/** One step without a verification: a successful action counts as recovered. */
const oneStep = (operation: string, params: Params, danger?: Danger): Runbook => ({
  id: operation,
  title: operation,
  covers: [],
  params: [],
  diagnose: [],
  act: [
    {
      id: 'a1',
      title: operation,
      use: `k8s.${operation}`,
      with: params,
      ...(danger === undefined ? {} : { danger }),
    },
  ],
  verify: 'none',
  position,
});

/**
 * The executor with the simulated API server of a system, as one of its users; the clock is advanced by the test only.
 */
export const openStage = async (
  system: string,
  user = 'production',
  options: { readonly actions?: readonly string[]; readonly helm?: string } = {},
) => {
  const kube = await kubeStage(system);
  const { clock, simulator } = kube;
  const { actions, helm = simulator.vars('production')['world.helm'] } = options;
  const guard = { ...usualGuard, ...(actions === undefined ? {} : { actions }) };
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-acting-'));
  const kubeconfig = simulator.vars('production')['world.kubeconfig'] ?? '';
  const config = kubernetes.config.parse({ kubeconfig, context: user, helm });
  const profile: Profile = {
    system,
    env: 'production',
    title: system,
    tier: 'staging',
    file: join(dir, 'here.yaml'),
    across: [],
    sources: [{ id: 'k8s', type: 'kubernetes', config, position }],
    signals: [],
    limits: {},
    logViews: [],
    runbooks: [],
    contacts: [],
    links: [],
    guard,
  };
  const engine = await openEngine(profile, {
    modules: [kubernetes],
    clock,
    random: () => 0,
    memory: false,
    paused: true,
  });
  let sleepers = 0;
  const change = openChangeIo({
    ...clock,
    // Interval between two readings of a rollout.
    sleep: async (ms, signal) => {
      sleepers += 1;
      await clock.sleep(ms, signal);
      sleepers -= 1;
    },
  });
  let dozing = 0;
  const executorClock = {
    ...clock,
    // Time until a controller has observed a change.
    sleep: async (ms: number, signal?: AbortSignal) => {
      dozing += 1;
      await clock.sleep(ms, signal);
      dozing -= 1;
    },
  };
  let currentEvents: readonly RunEvent[] = [];
  let runs = 0;
  const executor = createExecutor({
    engine,
    change,
    ledger: await openLedger(dir),
    arming: createArming(guard, profile.tier, clock),
    clock: executorClock,
    who: { user: 'ana', host: 'vm-1', pid: 1 },
    newId: () => `run-${++runs}`,
    mask: secretMasker.mask,
    modules: [kubernetes],
  });
  const stop = new AbortController();

  const carryOut = async (proposal: Proposal, runbook: Runbook): Promise<Ran> => {
    const events: RunEvent[] = [];
    currentEvents = events;
    const { names } = proposal;
    const answers = { names, pasted: false, by: 'typed', tick: async () => true } as const;
    let over = false;
    const running = (async () => {
      for await (const event of executor.execute(proposal, answers, stop.signal)) events.push(event);
    })().finally(() => {
      over = true;
    });
    while (!over) {
      await turn();
      if (dozing > 0) await clock.advance(250);
    }
    await running;
    const ended = events.at(-1);
    if (ended?.event !== 'ended') throw new Error('internal error: a run must end with an event');
    const output = events.flatMap((event) => (event.event === 'output' ? [event.text] : []));
    return { proposal, events, ended, runbook, output };
  };
  const propose = (runbook: Runbook): Promise<Proposal> =>
    executor.propose({ runbook, params: {}, outage: 'a test' }, stop.signal);

  return {
    ...kube,
    dir,
    engine,
    executor,
    propose: (operation: string, params: Params, danger?: Danger) =>
      propose(oneStep(operation, params, danger)),
    /** Confirms an existing proposal. */
    confirm: (proposal: Proposal): Promise<Ran> => carryOut(proposal, oneStep(proposal.runbook, {})),
    /** Writes a file to the profile directory. */
    put: async (path: string, text: string): Promise<void> => {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text);
    },
    run: async (operation: string, params: Params, danger?: Danger): Promise<Ran> => {
      const runbook = oneStep(operation, params, danger);
      return carryOut(await propose(runbook), runbook);
    },
    /** Runs a generic action with its verification. */
    runGeneric: async (id: string, params: ParamValues): Promise<Ran> => {
      const runbook = builtInRunbooks(profile, engine.sources).find((candidate) => candidate.id === id);
      if (runbook === undefined) throw new Error(`no generic action ${id}`);
      return carryOut(await executor.propose({ runbook, params }, stop.signal), runbook);
    },
    undo: async ({ events, runbook }: Ran): Promise<Ran> => {
      const proposal = await executor.undoProposal(events[0]?.run ?? '', stop.signal);
      if (proposal === undefined) throw new Error('the run has no undo');
      return carryOut(proposal, runbook);
    },
    /** Advances the clock by one second while a rollout is pending, until the run has ended. */
    passing: async <T>(work: Promise<T>): Promise<T> => {
      let over = false;
      const done = work.finally(() => {
        over = true;
      });
      while (!over) {
        await turn();
        if (sleepers > 0) await clock.advance(1000);
      }
      return done;
    },
    /** Waits, without advancing the clock, until the current run has reported a matching line. */
    reported: async (line: RegExp): Promise<void> => {
      while (!currentEvents.some((event) => event.event === 'output' && line.test(event.text))) await turn();
    },
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await change.close();
      await simulator.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

export type ActingStage = Awaited<ReturnType<typeof openStage>>;

/** The plan of a proposal's only step. */
export const planOf = ({ steps, refusal }: Proposal) => {
  const plan = steps[0]?.plan;
  if (plan === undefined) throw new Error(`no plan: ${refusal?.why}`);
  return plan;
};
