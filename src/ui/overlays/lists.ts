import type { EnvironmentRef, Suggestion } from '../../store/cockpit.ts';
import { byFit, isGoing, notArmed } from '../actions.ts';
import type { Binding, Hand } from '../keys/binding.ts';
import { noOverlay } from './overlay.ts';

/** The runbooks in the order in which they are offered. */
export const offeredRunbooks = ({ view }: Pick<Hand, 'view'>): readonly Suggestion[] =>
  byFit(view.cockpit.suggestions);

/** Why a runbook of the list cannot be started now. */
export const whyNotRunbook = ({ view }: Pick<Hand, 'view'>, { runbook }: Suggestion): string | undefined => {
  if (runbook.problem !== undefined) return runbook.problem.message;
  if (isGoing(view.cockpit)) return 'a run is going: ctrl-c cancels it';
  return runbook.act.every((step) => step.use === undefined) ? undefined : notArmed(view.cockpit);
};

const cursorOf = ({ view }: Hand): number => ('cursor' in view.ui.overlay ? view.ui.overlay.cursor : 0);

const move =
  (step: number, count: (hand: Hand) => number) =>
  (hand: Hand): void =>
    hand.model.setState((s) =>
      'cursor' in s.overlay
        ? {
            overlay: {
              ...s.overlay,
              cursor: Math.max(0, Math.min(count(hand) - 1, s.overlay.cursor + step)),
            },
          }
        : {},
    );

const close: Binding = {
  id: 'list.close',
  keys: ['esc'],
  does: 'close',
  run: ({ model }) => model.setState({ overlay: noOverlay }),
};

const listKeys = (count: (hand: Hand) => number, take: Binding): readonly Binding[] => [
  { id: 'list.down', keys: ['j', 'down'], does: 'next', run: move(1, count) },
  { id: 'list.up', keys: ['k', 'up'], does: 'previous', run: move(-1, count) },
  take,
  close,
];

const startChosen = (hand: Hand) => {
  const chosen = offeredRunbooks(hand)[cursorOf(hand)];
  if (chosen === undefined) return;
  const whyNot = whyNotRunbook(hand, chosen);
  if (whyNot !== undefined) return hand.say(`${chosen.runbook.id}: ${whyNot}`);
  hand.model.setState({ overlay: noOverlay });
  hand.commands.propose(chosen.runbook.id, {});
};

export const runbookKeys: readonly Binding[] = listKeys((hand) => offeredRunbooks(hand).length, {
  id: 'runbook.start',
  keys: ['enter'],
  does: 'start it: parameters, checks and a card come first',
  footer: 'start',
  run: startChosen,
});

const openChosen = (hand: Hand) => {
  const chosen: EnvironmentRef | undefined = hand.view.cockpit.environments[cursorOf(hand)];
  if (chosen === undefined) return;
  hand.model.setState({ overlay: noOverlay });
  hand.say(`opening ${chosen.system}/${chosen.env}`);
  hand.commands.openEnvironment(`${chosen.system}/${chosen.env}`);
};

export const environmentKeys: readonly Binding[] = listKeys((hand) => hand.view.cockpit.environments.length, {
  id: 'environment.open',
  keys: ['enter'],
  does: 'open it',
  footer: 'open',
  run: openChosen,
});
