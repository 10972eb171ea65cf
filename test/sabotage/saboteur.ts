import type { Plan } from '../../src/domain/operation.ts';
import type { Ending, RunEvent } from '../../src/domain/run.ts';
import { argsOf, eventsOf, type RunExercise } from '../coverage/support/exercises.ts';
import { renamed, type Way } from '../simulation/divert.ts';
import { openSimulation, type RunningCommand, type Saboteur } from '../simulation/simulation.ts';
import { siblingsOf } from './siblings.ts';

/**
 * Ways in which an act goes wrong and is still answered as if all were well. `nothing`: it is not carried out. `sibling`: it is carried
 * out on another object. `half`: of several calls only the first is. `undone`: ten seconds later the system is as if it had never been done.
 */
export const sabotages = ['nothing', 'sibling', 'half', 'undone'] as const;
export type Sabotage = (typeof sabotages)[number];

/** How a run ended, and why. */
export interface Ended {
  readonly ending: Ending;
  readonly why: string;
}

/** The ending of a sabotaged run. */
export interface Outcome extends Ended {
  /** How many calls the sabotage changed: none means that it cannot be done to this act. */
  readonly calls: number;
}

/** An act step of an exercise that changes something. */
export interface ActedStep {
  readonly id: string;
  readonly title: string;
  readonly plan?: Plan;
}

/** From the answer to an act until it is undone. */
const undoneAfterMs = 10_000;

const endOf = (events: readonly RunEvent[]): Ended => {
  const last = events.at(-1);
  if (last?.event !== 'ended') throw new Error(`the run has not ended: ${JSON.stringify(last)}`);
  return { ending: last.ending, why: last.why };
};

/** The steps that an exercise acts with when nothing is sabotaged, and how it ends. Steps that only read are left out. */
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

/** Runs an exercise whose input is wrong and well-formed. */
export const mistaken = async (exercise: RunExercise): Promise<Ended> => {
  await using simulation = openSimulation();
  const ended = await simulation.run(argsOf(exercise));
  // Refused before anything was planned: nothing was sent.
  return ended.stdout.trim() === '' ? { ending: 'forbidden', why: ended.stderr } : endOf(eventsOf(ended));
};

/** Where one step of a run has come to, by the events that it has printed so far. */
const createFollower = (step: string, undoneAfterMs: number, now: () => number) => {
  let command: RunningCommand | undefined;
  let heard = 0;
  let isActing = false;
  let actedAt: number | undefined;
  const hear = (): void => {
    const lines = (command?.stdout ?? '').slice(heard).split('\n').slice(0, -1);
    for (const line of lines) {
      heard += line.length + 1;
      const event: RunEvent = JSON.parse(line);
      if (event.event === 'acting') isActing = event.step === step;
      if (event.event !== 'acted' || event.step !== step) continue;
      isActing = false;
      actedAt = now();
    }
  };
  return {
    follow: (running: RunningCommand): void => {
      command = running;
    },
    isActing: (): boolean => {
      hear();
      return isActing;
    },
    /** Whether what it did is still to be seen, when it is undone after a while. */
    isToBeSeen: (): boolean => {
      hear();
      return isActing || (actedAt !== undefined && now() - actedAt < undoneAfterMs);
    },
  };
};

/** Runs an exercise in which one act is sabotaged. */
export const sabotaged = async (
  exercise: RunExercise,
  { id, plan }: ActedStep,
  sabotage: Sabotage,
  after: number = undoneAfterMs,
): Promise<Outcome> => {
  let sent = 0;
  let calls = 0;
  const counted = (way: Way): Way => {
    if (way === 'twin') calls += 1;
    return way;
  };
  const straight = (_: string, args: readonly unknown[]): readonly unknown[] => args;
  const others = sabotage === 'sibling' ? siblingsOf(exercise.env, plan) : new Map<string, string>();
  // The simulation's clock is there before anything is called.
  const follower = createFollower(id, after, () => simulation.clock.now());
  const saboteur: Saboteur = {
    reads: {
      wayOf: () => (sabotage === 'undone' && follower.isToBeSeen() ? 'twin' : 'system'),
      rewritten: straight,
    },
    changes: {
      wayOf: () => {
        if (!follower.isActing()) return sabotage === 'undone' ? 'both' : 'system';
        sent += 1;
        if (sabotage === 'sibling') return 'system';
        return counted(sabotage === 'half' && sent === 1 ? 'system' : 'twin');
      },
      rewritten: (_, args) => {
        if (others.size === 0 || !follower.isActing()) return args;
        const other = renamed(args, others);
        if (JSON.stringify(other) !== JSON.stringify(args)) calls += 1;
        return other;
      },
    },
  };
  await using simulation = openSimulation({ saboteur });
  const command = simulation.start(argsOf(exercise));
  follower.follow(command);
  const end = endOf(eventsOf(await command.ended()));
  return { ...end, calls };
};

/**
 * Whether an act can be undone by looking at the twin for a while: a run that looks there from the act on must recover. It does not where
 * a connection that was opened before goes on to show the system.
 */
export const canBeUndone = async (exercise: RunExercise, step: ActedStep): Promise<boolean> =>
  (await sabotaged(exercise, step, 'undone', Number.POSITIVE_INFINITY)).ending === 'recovered';
