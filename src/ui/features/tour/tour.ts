import type { StoreApi } from 'zustand/vanilla';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { UiState, UiStore } from '../../shell/contract/model.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { stepBeside, stepById, type TourState, tourSteps } from './steps.ts';

const withoutTour = ({ tour: _, ...rest }: UiState): UiState => rest;

const stateOf = (ui: UiState, cockpit: CockpitState): TourState => ({ ui, cockpit });

const endTour = (model: UiStore): void => model.setState(withoutTour, true);

/** Goes to a step; without one the tour ends. */
const showStep = (model: UiStore, cockpit: CockpitState, id: string | undefined) => {
  if (id === undefined) return endTour(model);
  const done = stepById(stateOf(model.getState(), cockpit), id)?.step.isDone;
  const isReady = done?.(stateOf(model.getState(), cockpit)) !== true;
  model.setState({ tour: { step: id, isReady } });
};

const goBy =
  (by: 1 | -1): Binding['run'] =>
  ({ model, view: { ui, cockpit } }) => {
    if (ui.tour === undefined) return;
    const to = stepBeside(stateOf(ui, cockpit), ui.tour.step, by);
    if (to !== undefined || by > 0) showStep(model, cockpit, to);
  };

/** The key that the current step asks for. */
const askedKey = ({ view: { ui, cockpit } }: KeyContext): string | undefined =>
  ui.tour === undefined ? undefined : stepById(stateOf(ui, cockpit), ui.tour.step)?.step.press?.key;

/** Keys of the tour, before those of the pane: only where no card, list or text field is open. */
export const tourKeys: readonly Binding[] = [
  {
    id: 'tour.next',
    keys: ['n'],
    description: 'go to the next step of the tour',
    footer: 'next',
    run: goBy(1),
  },
  {
    id: 'tour.go-on',
    keys: ['enter'],
    description: 'go to the next step, unless the step asks for enter',
    whyNot: (context) => (askedKey(context) === 'enter' ? 'this step asks for enter' : undefined),
    run: goBy(1),
  },
  { id: 'tour.previous', keys: ['N'], description: 'go to the previous step of the tour', run: goBy(-1) },
  {
    id: 'tour.end',
    keys: ['esc'],
    description: 'end the tour',
    footer: 'end tour',
    run: ({ model, notify: say }) => {
      endTour(model);
      say('tour ended. Start again with :tour');
    },
  },
];

/** Goes on when the user has done what a step asks for. Returns an unsubscribe function. */
export const followTour = (model: UiStore, cockpit: StoreApi<CockpitState>): (() => void) => {
  const look = () => {
    const ui = model.getState();
    if (ui.tour === undefined) return;
    const state = stateOf(ui, cockpit.getState());
    const found = stepById(state, ui.tour.step);
    // The step no longer applies, such as arming in an environment that needs none.
    if (found === undefined) return showStep(model, state.cockpit, stepBeside(state, ui.tour.step, 1));
    const isDone = found.step.isDone?.(state) === true;
    if (isDone && ui.tour.isReady) return showStep(model, state.cockpit, stepBeside(state, ui.tour.step, 1));
    if (!isDone && !ui.tour.isReady) model.setState({ tour: { ...ui.tour, isReady: true } });
  };
  const stops = [model.subscribe(look), cockpit.subscribe(look)];
  return () => {
    for (const stop of stops) stop();
  };
};

/** `:tour`, and `:tour end` while it is shown. */
export const tourCommandItems = ({ view: { ui, cockpit } }: KeyContext): readonly PaletteItem[] => [
  {
    id: 'tour',
    text: 'tour: explain the screen step by step',
    command: 'tour',
    ...(cockpit.open === undefined ? { whyNot: 'no environment is open yet' } : {}),
    run: ({ model, view }) => showStep(model, view.cockpit, tourSteps[0]?.id),
  },
  {
    id: 'tour end',
    text: 'end the tour',
    command: 'tour end',
    ...(ui.tour === undefined ? { whyNot: 'no tour is running: start one with :tour' } : {}),
    run: ({ model }) => endTour(model),
  },
];
