import type { Ending, RunEvent } from '../../src/domain/run.ts';
import { argsOf, eventsOf, type RunExercise } from '../coverage/support/exercises.ts';
import { openSimulation, type RunningCommand } from '../simulation/simulation.ts';

/**
 * What goes wrong with an act that answers as if all were well. `nothing`: it is not carried out. `half`: of several calls only
 * the first is. `undone`: ten seconds later the incident is there again.
 */
export type Sabotage = 'nothing' | 'half' | 'undone';

/** What came of a runbook whose act was sabotaged. */
export interface Outcome {
  readonly runbook: string;
  readonly env: string;
  readonly step: string;
  readonly sabotage: Sabotage;
  readonly ending: Ending;
  readonly why: string;
  /** How many calls did not reach the system. */
  readonly diverted: number;
}

/** After an act was answered, so long until it is as before. */
const undoneAfterMs = 10_000;

const ended = (events: readonly RunEvent[]) => {
  const last = events.at(-1);
  if (last?.event !== 'ended') throw new Error(`it has not ended: ${JSON.stringify(last)}`);
  return last;
};

/** The steps that the runbook of an exercise sends, by an undisturbed run; and how that ends. */
export const actsOf = async (
  exercise: RunExercise,
): Promise<{ readonly steps: readonly string[]; readonly ending: Ending }> => {
  await using simulation = openSimulation();
  const events = eventsOf(await simulation.run(argsOf(exercise)));
  const steps = events.flatMap((event) => (event.event === 'acting' ? [event.step] : []));
  return { steps: [...new Set(steps)], ending: ended(events).ending };
};

/** Carries out an exercise in which one act is sabotaged. */
export const sabotaged = async (
  exercise: RunExercise,
  step: string,
  sabotage: Sabotage,
): Promise<Outcome> => {
  let acting: string | undefined;
  let calls = 0;
  let diverted = 0;
  let heard = 0;
  let command: RunningCommand | undefined;
  /** The step that is under way is told before it is sent; nothing else says which call belongs to which. */
  const hear = (): void => {
    for (const line of (command?.stdout ?? '').slice(heard).split('\n').slice(0, -1)) {
      heard += line.length + 1;
      const event: RunEvent = JSON.parse(line);
      if (event.event === 'acting') acting = event.step;
      if (event.event !== 'acted') continue;
      acting = undefined;
      if (event.step === step && sabotage === 'undone') void strikeAgain();
    }
  };
  const diverts = (): boolean => {
    hear();
    if (acting !== step || sabotage === 'undone') return false;
    calls += 1;
    const isAside = sabotage === 'nothing' || calls > 1;
    if (isAside) diverted += 1;
    return isAside;
  };
  await using simulation = openSimulation({ diverts });
  const strikeAgain = async (): Promise<void> => {
    await simulation.clock.sleep(undoneAfterMs);
    const { env, incident } = exercise;
    for (const world of simulation.worlds) world.rehearse(incident, env.split('/')[1]);
  };
  command = simulation.start(argsOf(exercise));
  const work = command.ended();
  const watching = simulation.clock.every(100, hear);
  const { ending, why } = ended(eventsOf(await work));
  watching();
  return { runbook: exercise.runbook, env: exercise.env, step, sabotage, ending, why, diverted };
};
