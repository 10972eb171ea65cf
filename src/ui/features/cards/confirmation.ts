import type { ParamSpec } from '../../../domain/runbooks/runbook.ts';
import { requestsToAnswer } from '../../../domain/runs/approval.ts';
import { namesToType, typedTokens } from '../../../runs/policy/typed-token.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { type CardState, cardState } from '../../shell/contract/model.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { notArmedReason } from '../../shell/state/blocked-reasons.ts';
import { cardArmKey } from '../../shell/state/keys-in-text.ts';

/** Identifies the card's question. A new question discards the text typed for the previous one. */
const questionId = (run: RunView): string =>
  [
    run.nth ?? 0,
    run.runbook.id,
    run.stage,
    run.changes ?? 0,
    run.parameterPrompt?.name ?? '',
    run.proposal?.run ?? '',
  ].join(' ');

const specOf = (run: RunView): ParamSpec | undefined =>
  run.runbook.params.find((param) => param.name === run.parameterPrompt?.name);

/** Choices for the current parameter; undefined for a typed value. */
export const paramChoices = (run: RunView): readonly string[] | undefined => {
  const spec = specOf(run);
  if (run.parameterPrompt?.choices !== undefined) return run.parameterPrompt.choices;
  if (spec?.type === 'boolean') return ['true', 'false'];
  return spec?.type === 'choice' || spec?.type === 'choices' ? [] : undefined;
};

/** The failed choices of a question that takes several: what the runbook is most likely meant for. */
const failedChoices = ({ parameterPrompt }: RunView): readonly string[] => {
  const { choices = [], levels = {}, doubts = {}, several } = parameterPrompt ?? {};
  const failed = choices.filter((choice) => levels[choice] === 'crit' && doubts[choice] === undefined);
  return failed.slice(0, several?.max ?? 0);
};

/**
 * The state of a question that nothing was typed for yet: its field or list shows the current value, and failed choices
 * are marked.
 */
const initialState = (state: CardState, run: RunView): CardState => {
  const { value, several, isUndecided } = run.parameterPrompt ?? {};
  if (value === undefined)
    return { ...state, marked: failedChoices(run), ...(isUndecided === true ? { cursor: -1 } : {}) };
  const values = typeof value === 'object' ? value : [value];
  const cursor = Math.max(0, (paramChoices(run) ?? []).indexOf(values[0] ?? ''));
  return { ...state, text: values.join(', '), cursor, marked: several === undefined ? [] : values };
};

export const runCardState = ({ ui }: RenderContext, run: RunView): CardState => {
  const of = questionId(run);
  const state = cardState(ui, of);
  return ui.card.questionId === of ? state : initialState(state, run);
};

/** Changes the input state of a run's card; the error of the last input goes. */
export const changeCard = (
  { model, view }: Pick<KeyContext, 'model' | 'view'>,
  run: RunView,
  change: Partial<CardState>,
): void => {
  const { error: _, ...state } = runCardState(view, run);
  model.setState({ card: { ...state, ...change } });
};

/** The text that approves another person's run: always its names. Undefined for a run without one. */
const approvalText = ({ proposal }: RunView): string | undefined =>
  proposal === undefined || namesToType(proposal).length === 0 ? undefined : typedTokens(proposal).join(' ');

const ownConfirmationText = (run: RunView): string | undefined =>
  run.proposal?.gate.typed === true && run.proposal.refusal === undefined
    ? typedTokens(run.proposal).join(' ')
    : undefined;

/** The text to type for confirmation: names, or the tokens of long ones. */
export const confirmationText = (run: RunView): string | undefined => {
  if (run.stage === 'approving') return approvalText(run);
  return ownConfirmationText(run);
};

/** Why the run cannot be confirmed now, or undefined. For display only: the executor checks again. */
export const confirmationBlockedReason = ({ cockpit }: RenderContext, run: RunView): string | undefined =>
  run.stage !== 'approving' && run.proposal?.gate.arm === true
    ? notArmedReason(cockpit, cardArmKey)
    : undefined;

/** True while the shown request of another person can be answered. */
export const isRequestOpen = ({ cockpit }: RenderContext, { approval }: RunView): boolean =>
  requestsToAnswer(cockpit.approvals ?? []).some(
    ({ run, plan }) => run === approval?.request.run && plan === approval.request.plan,
  );

/** True while letters are the name of the target: keys that are letters do not act then, chords do. */
export const isNameTyped = (view: RenderContext, run: RunView): boolean =>
  (run.stage === 'proposed' || (run.stage === 'approving' && isRequestOpen(view, run))) &&
  confirmationText(run) !== undefined &&
  confirmationBlockedReason(view, run) === undefined;

/** Length of the prefix of `name` that was typed correctly. */
export const correctPrefixLength = (name: string, typed: string): number => {
  const expected = [...name];
  const given = [...typed];
  const wrong = given.findIndex((letter, index) => letter !== expected[index]);
  return wrong === -1 ? Math.min(given.length, expected.length) : wrong;
};

/** True if an interrupted run began a step that has an undo. */
const begunOf = ({ proposal, events }: RunView): boolean =>
  events.some(
    (event) =>
      event.event === 'acting' &&
      proposal?.steps.some(({ id, undo = [] }) => id === event.step && undo.length > 0) === true,
  );

/** True if a run can be undone: by its ending, or by its plan if its process died. */
export const hasUndo = (run: RunView | undefined): boolean => {
  if (run?.isOrphaned === true) return begunOf(run);
  return run?.events.some((event) => event.event === 'ended' && (event.undo?.length ?? 0) > 0) === true;
};

/** Why a run that may still be running cannot be undone. */
export const unfinishedUndoReason =
  'this run has not finished and may still be running: check what was sent, and ask the person who started the run';

/** Why a run cannot be undone, or undefined. */
export const undoUnavailableReason = (run: RunView | undefined): string | undefined => {
  if (hasUndo(run)) return undefined;
  return run?.isOrphaned !== true && run?.events.some(({ event }) => event === 'ended') === false
    ? unfinishedUndoReason
    : 'this run did not record the previous state, so you cannot undo the run';
};
