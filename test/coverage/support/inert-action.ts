import type { RunEvent } from '../../../src/domain/runs/run.ts';
import type { Switch } from '../../simulation/divert.ts';
import type { RunningCommand, Saboteur } from '../../simulation/simulation.ts';

/** One action step of a run whose calls go to a twin of the system: acknowledged, without effect on the system. */
interface InertAct {
  readonly saboteur: Saboteur;
  /** The command whose events show the current step. */
  follow(command: RunningCommand): void;
}

const withoutTurn = (step: string): string => step.replace(/\/\d+$/, '');

const straight: Switch = { wayOf: () => 'system', rewritten: (_, args) => args };

/** Tracks a run by its printed events: a step is printed before its first call is sent. */
export const inertAction = (step: string): InertAct => {
  let command: RunningCommand | undefined;
  let acting: string | undefined;
  let heard = 0;
  const hear = (): void => {
    for (const line of (command?.stdout ?? '').slice(heard).split('\n').slice(0, -1)) {
      heard += line.length + 1;
      const event: RunEvent = JSON.parse(line);
      if (event.event === 'acting') acting = withoutTurn(event.step);
      if (event.event === 'acted') acting = undefined;
    }
  };
  const wayOf = (): 'system' | 'twin' => {
    hear();
    return acting === step ? 'twin' : 'system';
  };
  return {
    saboteur: { reads: straight, changes: { ...straight, wayOf } },
    follow: (running) => {
      command = running;
    },
  };
};
