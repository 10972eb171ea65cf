import type { CockpitState } from '../../../store/cockpit.ts';
import type { TourAnchor } from '../../shell/contract/features.ts';
import type { UiState } from '../../shell/contract/model.ts';

/** Inputs of the steps of the tour. */
export interface TourState {
  readonly ui: Pick<UiState, 'place' | 'focus' | 'overlay' | 'panes'>;
  readonly cockpit: CockpitState;
}

/** One step of the tour. */
export interface TourStep {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly anchor: TourAnchor;
  /** Id of the binding to press, and its usual key. Absent: the step only explains. */
  readonly press?: { readonly binding: string; readonly key: string };
  /** Instructions instead of one key. */
  readonly instruction?: string;
  /** True once the user has done it; the tour then goes on. */
  isDone?(state: TourState): boolean;
  /** False: the step does not apply and is left out. */
  isFor?(state: TourState): boolean;
  /** For a real environment, where the tour leads to no action: explains without a key. */
  readonly onReal?: string;
}

const shows =
  (pane: string) =>
  ({ ui }: TourState): boolean =>
    ui.focus === pane;

const isSimulated = ({ cockpit }: TourState): boolean => cockpit.open?.embedded === true;

const isOpened =
  (pane: string) =>
  ({ ui }: TourState): boolean =>
    ui.focus === pane && ui.panes[pane]?.opened === true;

const stage = ({ cockpit }: TourState) => (cockpit.run?.background === true ? undefined : cockpit.run?.stage);

/** The command for practice, for a real environment. */
const practice = 'To practice: opsdeck --env demo/production --rehearse dependency-down, then :tour.';

/** The tour in its order. */
export const tourSteps: readonly TourStep[] = [
  {
    id: 'header',
    title: 'The header',
    text: 'The first row names the environment and says whether changes are allowed. Below is the situation: what is wrong, since when, the consequences, and the keys that help. Unknown is not OK: a source without data counts as a problem.',
    anchor: 'header',
  },
  {
    id: 'real',
    title: 'A real environment',
    text: `This environment is real: the tour explains what the screen shows, and starts nothing. ${practice}`,
    anchor: 'header',
    isFor: (state) => !isSimulated(state),
  },
  {
    id: 'drill',
    title: 'Break the simulator',
    text: 'Everything here is simulated and can be broken. A drill starts a realistic problem, which the next steps find and fix.',
    anchor: 'header',
    instruction: 'type :rehearse, choose a scenario, press enter',
    isDone: ({ cockpit }) => cockpit.open?.incident !== undefined || cockpit.drill?.isRunning === true,
    isFor: ({ cockpit }) =>
      cockpit.open?.embedded === true &&
      cockpit.open.incident === undefined &&
      cockpit.open.incidents.length > 0,
  },
  {
    id: 'now',
    title: 'Problems: what is wrong',
    text: 'Problems lists the problems of all panes, causes before their effects, with the runbooks that match. Start here at 3 a.m.',
    anchor: 'pane',
    press: { binding: 'pane.W', key: 'W' },
    isDone: shows('now'),
  },
  {
    id: 'pane',
    title: 'Panes',
    text: 'Each pane has a digit or a capital letter, shown before the title. A second press zooms the pane. Health shows what the services answer, worst first.',
    anchor: 'pane',
    press: { binding: 'pane.1', key: '1' },
    isDone: shows('health'),
  },
  {
    id: 'row',
    title: 'Open a row',
    text: 'j and k select a row, enter opens the row, esc goes back. In the overview, enter zooms the pane first. I lists everything that is related to the row.',
    anchor: 'pane',
    press: { binding: 'row.open', key: 'enter' },
    isDone: isOpened('health'),
  },
  {
    id: 'matrix',
    title: 'Threshold matrix: signals',
    text: 'Threshold matrix shows every signal of the profile by environment, with the limits and the time beyond them.',
    anchor: 'pane',
    press: { binding: 'pane.2', key: '2' },
    isDone: shows('matrix'),
  },
  {
    id: 'chart',
    title: 'A chart',
    text: 'An opened signal has a chart with limits, deployments, runs and alerts. h and l move the crosshair, + and - zoom, c compares with yesterday.',
    anchor: 'pane',
    press: { binding: 'row.open', key: 'enter' },
    isDone: isOpened('matrix'),
  },
  {
    id: 'logs',
    title: 'Logs',
    text: 'One stream of all log lines, merged by time. + and - add filters, ] goes to the next error. L on a row of any pane opens only the lines of that row, from 5 min before the problem.',
    anchor: 'pane',
    press: { binding: 'pane.8', key: '8' },
    isDone: shows('logs'),
  },
  {
    id: 'runbooks',
    title: 'The suggested runbook',
    text: 'R lists the runbooks of the profile. Those whose condition holds now come first and say why they match.',
    anchor: 'card',
    press: { binding: 'runbook.card', key: 'R' },
    isDone: ({ ui }) => ui.overlay.is === 'runbooks',
    onReal:
      'R lists the runbooks of the profile. Those whose condition holds now come first and say why they match.',
  },
  {
    id: 'preview',
    title: 'The preview',
    text: 'enter on a runbook reads and plans, and sends nothing. The card shows the targets, the exact calls, what cannot be undone, and the gates: why a run may not start.',
    anchor: 'card',
    instruction: 'choose a runbook with enter. Answer the questions, if any',
    isDone: (state) => stage(state) === 'proposed',
    onReal:
      'enter on a runbook opens a preview: targets, the exact calls, what cannot be undone, and the gates. Nothing is sent before you confirm there.',
  },
  {
    id: 'arm',
    title: 'Arming',
    text: 'Production is read-only. A arms the environment for a limited time, with a reason that is recorded in the ledger.',
    anchor: 'card',
    press: { binding: 'arm', key: 'A' },
    isDone: ({ cockpit }) => cockpit.arming.armedUntil !== undefined,
    isFor: ({ cockpit }) => cockpit.arming.readOnly,
    onReal:
      'Production is read-only. A arms the environment for a limited time, with a reason that is recorded in the ledger. The tour does not ask you to.',
  },
  {
    id: 'confirm',
    title: 'Confirming',
    text: 'The card says what it needs: enter, or the typed name of the target. Before a disruptive action, any key cancels during a window of 5 s.',
    anchor: 'card',
    instruction: 'confirm on the card, or leave with esc',
    isDone: (state) => ['window', 'running', 'ended'].includes(stage(state) ?? ''),
    onReal: `A card says what it needs: enter, or the typed name of the target. Then any key cancels during a window of 5 s. ${practice}`,
  },
  {
    id: 'verification',
    title: 'Verification',
    text: 'Executed is not recovered. The run reads until the checks hold, and only then ends as RECOVERED. opsdeck keeps watching afterwards. u undoes the run.',
    anchor: 'card',
    isDone: (state) => stage(state) === 'ended',
    onReal:
      'Executed is not recovered. A run reads until the checks hold, and only then ends as RECOVERED. opsdeck keeps watching afterwards. u undoes the run.',
  },
  {
    id: 'journal',
    title: 'Changes',
    text: 'Every change of a level, a deployment and a run, with its time. < and > move all panes back in time. esc closes a card first.',
    anchor: 'pane',
    press: { binding: 'pane.J', key: 'J' },
    isDone: shows('journal'),
  },
  {
    id: 'help',
    title: 'Help',
    text: 'Help explains the selected row and the level, lists the keys that work here and now, and says why one does not. : runs a command by name, ctrl-p searches everything.',
    anchor: 'card',
    press: { binding: 'help', key: '?' },
    isDone: ({ ui }) => ui.overlay.is === 'help',
  },
  {
    id: 'end',
    title: 'The end of the tour',
    text: 'esc goes back one level everywhere. :tour starts this again, and opsdeck --rehearse opens the simulator for practice.',
    anchor: 'card',
  },
];

/** The steps that apply. */
const stepsFor = (state: TourState): readonly TourStep[] =>
  tourSteps.filter((step) => step.isFor?.(state) !== false);

/** The step as shown here: on a real environment, a step that would lead to an action only explains. */
const shownStep = (state: TourState, step: TourStep): TourStep => {
  if (step.onReal === undefined || isSimulated(state)) return step;
  const { press: _, instruction: __, isDone: ___, ...rest } = step;
  return { ...rest, text: step.onReal };
};

/** The step with this id and its number; undefined if it no longer applies. */
export const stepById = (
  state: TourState,
  id: string,
): { readonly step: TourStep; readonly nth: number; readonly count: number } | undefined => {
  const steps = stepsFor(state);
  const index = steps.findIndex((step) => step.id === id);
  const step = steps[index];
  return step === undefined
    ? undefined
    : { step: shownStep(state, step), nth: index + 1, count: steps.length };
};

/** The id of the next or previous step that applies; undefined beyond the ends. */
export const stepBeside = (state: TourState, id: string, by: 1 | -1): string | undefined => {
  const index = tourSteps.findIndex((step) => step.id === id);
  const others = by > 0 ? tourSteps.slice(index + 1) : tourSteps.slice(0, Math.max(0, index)).toReversed();
  return others.find((step) => step.isFor?.(state) !== false)?.id;
};
