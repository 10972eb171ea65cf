import { rmSync, statSync, truncateSync } from 'node:fs';
import type { Millis } from '../../src/domain/base/fault.ts';
import type { Plan } from '../../src/domain/runbooks/operation.ts';
import type { RunEnding, RunEvent } from '../../src/domain/runs/run.ts';
import { argsOf, eventsOf, type RunExercise } from '../coverage/support/exercises.ts';
import { renamed, type Way } from '../simulation/divert.ts';
import { openSimulation, type RunningCommand, type Saboteur } from '../simulation/simulation.ts';
import { comparesTimes } from './exercises.ts';
import type { World } from './lies/world.ts';
import type { Lie } from './lies.ts';
import { siblingsOf } from './siblings.ts';

/**
 * Failures of an action that still reports success. `nothing`: it is not executed. `sibling`: it is executed on another
 * object. `half`: only the first of several calls is. `undone`: it is reverted ten seconds later.
 */
export const sabotages = ['nothing', 'sibling', 'half', 'undone'] as const;
export type Sabotage = (typeof sabotages)[number];

/** The ending of a run and its reason. */
export interface Ended {
  readonly ending: RunEnding;
  readonly why: string;
  /** True: it says that every finding around the run is cleared. */
  readonly isAllClear: boolean;
  /** True: its steps are verified, and the incident around it goes on (exit code 5). */
  readonly goesOn?: boolean;
}

/** The ending of a sabotaged run. */
export interface Outcome extends Ended {
  /** Number of calls that the sabotage changed; 0: it cannot be applied to this action. */
  readonly calls: number;
  /** True if the action can be executed partially: it makes several calls, or writes a file. */
  readonly hasHalves: boolean;
}

/** An action step of an exercise that changes something. */
export interface ActedStep {
  readonly id: string;
  readonly title: string;
  readonly plan?: Plan;
}

/** Time from the result of an action until it is reverted. */
const undoneAfterMs: Millis = 10_000;

const endOf = (events: readonly RunEvent[]): Ended => {
  const last = events.at(-1);
  if (last?.event !== 'ended') throw new Error(`the run has not ended: ${JSON.stringify(last)}`);
  const { ending, why, incident, outcome } = last;
  const goesOn = outcome === 'incident-goes-on';
  return { ending, why, isAllClear: incident?.state === 'all-clear', goesOn };
};

/** The changing steps and the ending of an exercise without sabotage. */
export const actsOf = async (
  exercise: RunExercise,
): Promise<{ readonly steps: readonly ActedStep[]; readonly end: Ended }> => {
  await using simulation = openSimulation();
  const events = eventsOf(await simulation.run(argsOf(exercise)));
  const planned = events.flatMap((event) => (event.event === 'planned' ? event.proposal.steps : []));
  const acted = new Set(events.flatMap((event) => (event.event === 'acting' ? [event.step] : [])));
  return {
    steps: planned.filter(({ id, manual, danger }) => acted.has(id) && !manual && danger !== 'read'),
    end: endOf(events),
  };
};

/** Runs an exercise with well-formed but wrong input. */
export const mistaken = async (exercise: RunExercise): Promise<Ended> => {
  await using simulation = openSimulation();
  const ended = await simulation.run(argsOf(exercise));
  // Rejected before planning: nothing was sent.
  return ended.stdout.trim() === ''
    ? { ending: 'forbidden', why: ended.stderr, isAllClear: false }
    : endOf(eventsOf(ended));
};

/** Tracks steps of a run by its printed events. Each call checks them first, so no call precedes its event. */
const createFollower = (
  steps: ReadonlySet<string>,
  undoneAfter: Millis,
  now: () => Millis,
  onActed: (step: string) => void,
) => {
  let command: RunningCommand | undefined;
  let parsedLength = 0;
  let isActing = false;
  let actedAt: Millis | undefined;
  const readEvents = (): void => {
    const lines = (command?.stdout ?? '').slice(parsedLength).split('\n').slice(0, -1);
    for (const line of lines) {
      parsedLength += line.length + 1;
      const event: RunEvent = JSON.parse(line);
      if (event.event === 'acting') isActing = steps.has(event.step);
      if (event.event !== 'acted' || !steps.has(event.step)) continue;
      isActing = false;
      actedAt = now();
      onActed(event.step);
    }
  };
  return {
    follow: (running: RunningCommand): void => {
      command = running;
    },
    readEvents,
    isActing: (): boolean => {
      readEvents();
      return isActing;
    },
    /** True while the action runs, and until its effect is reverted. */
    isVisible: (): boolean => {
      readEvents();
      return isActing || (actedAt !== undefined && now() - actedAt < undoneAfter);
    },
  };
};

/** Local files that an action writes: `nothing` redirects them, `half` truncates them, `undone` removes them. */
const createFileSabotage = (
  sabotage: Sabotage,
  undoneAfter: Millis,
  sleep: (ms: Millis) => Promise<void>,
) => {
  const written: string[] = [];
  return {
    /** The path to write to instead of the requested one. */
    pathFor: (path: string): string => {
      written.push(path);
      return sabotage === 'nothing' ? `${path}.elsewhere` : path;
    },
    acted: (): void => {
      if (sabotage === 'half')
        for (const path of written) truncateSync(path, Math.floor(statSync(path).size / 2));
      if (sabotage === 'undone' && Number.isFinite(undoneAfter))
        void sleep(undoneAfter).then(() => {
          for (const path of written) rmSync(path, { force: true });
        });
    },
  };
};

const fileCalls = new Set(['draft', 'put']);

/** True if the action has a sibling object that it could be executed on instead. */
export const hasSibling = ({ env }: RunExercise, { plan }: ActedStep): boolean =>
  siblingsOf(env, plan).size > 0;

/** Runs an exercise with one sabotaged action. */
export const sabotaged = async (
  exercise: RunExercise,
  { id, plan }: ActedStep,
  sabotage: Sabotage,
  after: Millis = undoneAfterMs,
): Promise<Outcome> => {
  let sent = 0;
  let calls = 0;
  let drafts = 0;
  const others = sabotage === 'sibling' ? siblingsOf(exercise.env, plan) : new Map<string, string>();
  // The simulation is opened before any call.
  const files = createFileSabotage(sabotage, after, (ms) => simulation.clock.sleep(ms));
  const follower = createFollower(new Set([id]), after, () => simulation.clock.now(), files.acted);
  const wayOfAct = (call: string): Way => {
    if (sabotage === 'sibling' || fileCalls.has(call)) return 'system';
    sent += 1;
    if (sabotage === 'half' && sent === 1) return 'system';
    calls += 1;
    return 'twin';
  };
  const rewritten = (call: string, args: readonly unknown[]): readonly unknown[] => {
    const [first, ...rest] = args;
    if (fileCalls.has(call) && typeof first === 'string') {
      drafts += 1;
      if (sabotage !== 'sibling') calls += 1;
      return [files.pathFor(first), ...rest];
    }
    const other = renamed(args, others);
    if (JSON.stringify(other) !== JSON.stringify(args)) calls += 1;
    return other;
  };
  const saboteur: Saboteur = {
    reads: {
      wayOf: () => (sabotage === 'undone' && follower.isVisible() ? 'twin' : 'system'),
      rewritten: (_, args) => args,
    },
    changes: {
      wayOf: (call) =>
        follower.isActing()
          ? wayOfAct(call)
          : sabotage === 'undone' && !fileCalls.has(call)
            ? 'both'
            : 'system',
      rewritten: (call, args) => (follower.isActing() ? rewritten(call, args) : args),
    },
  };
  await using simulation = openSimulation({ saboteur });
  const command = simulation.start(argsOf(exercise));
  follower.follow(command);
  // Reads of local files make no calls that could be tracked.
  const stop = simulation.clock.every(100, follower.readEvents);
  const end = endOf(eventsOf(await command.ended()));
  stop();
  return { ...end, calls, hasHalves: sent > 1 || drafts > 0 };
};

/**
 * True if reading from the twin reverts an action: a run that reads from the twin after the action must recover. It does
 * not if an earlier connection still shows the system.
 */
export const canBeUndone = async (exercise: RunExercise, step: ActedStep): Promise<boolean> =>
  (await sabotaged(exercise, step, 'undone', Number.POSITIVE_INFINITY)).ending === 'recovered';

/** The plan of an action that restarts something, so that a restart of its own accord is no lie about it. */
const restartsSomething = ({ plan }: ActedStep): boolean =>
  [plan?.use ?? '', ...(plan?.calls ?? []).map(({ line }) => line)].some((text) =>
    /restart|start\b|recreate|rollout|\bup\b/.test(text),
  ) || [plan?.interrupts ?? []].flat().some(({ does }) => does !== 'stops');

/** True if a lie can matter to an exercise whose actions are these. */
const isPossible = (exercise: RunExercise, steps: readonly ActedStep[], lie: Lie): boolean =>
  (lie.isRestart !== true || !steps.some(restartsSomething)) &&
  (lie.needsTimes !== true || comparesTimes(exercise));

/** Runs an exercise whose actions are all acknowledged and not executed; after the last of them, the world lies. */
export const lied = async (
  exercise: RunExercise,
  steps: readonly ActedStep[],
  lie: Lie,
): Promise<Omit<Outcome, 'hasHalves'>> => {
  if (!isPossible(exercise, steps, lie))
    return { ending: 'failed', why: 'not tried', calls: 0, isAllClear: false };
  const last = steps.at(-1)?.id;
  let told = 0;
  const worldOf = (): World => {
    const name = exercise.env.split('/')[1] ?? '';
    const { clock } = simulation;
    const model = simulation.simulators[0]?.model;
    if (model === undefined) throw new Error(`no simulator for ${exercise.env}`);
    const now = (): Millis => clock.now() + model.clockOffsetMs;
    const later = (ms: Millis, run: () => void): void => void simulation.clock.sleep(ms).then(run);
    return { model, name, env: model.environmentAt(name, now()), clock, later };
  };
  const files = createFileSabotage('nothing', 0, async () => {});
  const follower = createFollower(
    new Set(steps.map(({ id }) => id)),
    Number.POSITIVE_INFINITY,
    () => simulation.clock.now(),
    (step) => {
      if (step !== last) return;
      told = lie.reads === undefined ? (lie.tell?.(worldOf()) ?? 0) : 1;
      if (told === 0) command.interrupt();
    },
  );
  const readNow = (): Way => {
    const isBetweenActions = steps.length > 1 && follower.isVisible();
    if (told > 0) return lie.reads ?? 'system';
    // A later action builds on an earlier one, which only the twin has executed.
    return isBetweenActions ? 'twin' : 'system';
  };
  const saboteur: Saboteur = {
    reads: { wayOf: readNow, rewritten: (_, args) => args },
    changes: {
      wayOf: (call) => (follower.isActing() && !fileCalls.has(call) ? 'twin' : 'system'),
      rewritten: (call, args) => {
        const [path, ...rest] = args;
        const isWritten = follower.isActing() && fileCalls.has(call) && typeof path === 'string';
        return isWritten ? [files.pathFor(path), ...rest] : args;
      },
    },
    prepared: () => lie.prepare?.(worldOf()),
    ...(lie.reads === 'stand-in' ? { hasStandIn: true } : {}),
  };
  await using simulation = openSimulation({ saboteur });
  const command = simulation.start(argsOf(exercise));
  follower.follow(command);
  const stop = simulation.clock.every(100, follower.readEvents);
  const ended = await command.ended();
  stop();
  if (ended.stdout.trim() === '') return { ending: 'failed', why: ended.stderr, calls: 0, isAllClear: false };
  const end = endOf(eventsOf(ended));
  // An action that waits for its own effect ends the run before the world can lie.
  return { ...end, calls: told === 0 && end.ending === 'failed' ? 1 : told };
};
