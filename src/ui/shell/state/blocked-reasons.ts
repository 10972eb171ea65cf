import type { Danger } from '../../../domain/runbooks/operation.ts';
import type { Runbook } from '../../../domain/runbooks/runbook.ts';
import { profileEditText } from '../../../domain/runs/requirement-text.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { shortPosition } from '../../../domain/text/position.ts';
import { moreDangerous } from '../../../runs/policy/danger.ts';
import { placedEdit } from '../../../runs/policy/missing-requirements.ts';
import { genericActionProblem } from '../../../runs/policy/ruling.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import { activeRunText, isRunActive } from '../../../store/run-view.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import { boundKey } from './keys-in-text.ts';

/**
 * Sorts matching runbooks first and keeps the profile order otherwise. Unknown matches do not rank above non-matching
 * ones.
 */
export const sortBySuggestion = (suggestions: readonly RunbookSuggestion[]): readonly RunbookSuggestion[] =>
  suggestions.toSorted((a, b) => Number(b.fits === 'yes') - Number(a.fits === 'yes'));

/** Why a runbook is suggested: the reason for its place, and its condition. */
export const suggestionText = ({ reason = '', why }: RunbookSuggestion): string =>
  [reason, why].filter((part) => part !== '').join(' · ');

/** The standing of a suggestion: its match, or what is known against it. */
export const suggestionStanding = ({
  fits,
  hindrance,
}: Pick<RunbookSuggestion, 'fits' | 'hindrance'>):
  | RunbookSuggestion['fits']
  | NonNullable<RunbookSuggestion['hindrance']> => (fits === 'yes' ? (hindrance ?? fits) : fits);

/** The reason against a matching runbook, in a word or two. */
export const hindranceWords = {
  blocked: 'cannot run',
  tried: 'tried',
  residue: 'residue',
} as const satisfies Readonly<Record<NonNullable<RunbookSuggestion['hindrance']>, string>>;

/** The reason of a matching runbook in a sentence: 'matches: ready < 1', 'tried 10:02: refused · ready < 1'. */
export const matchText = (suggestion: RunbookSuggestion): string => {
  const why = suggestionText(suggestion);
  if (suggestion.hindrance !== undefined) return why;
  return why === '' ? 'matches' : `matches: ${why}`;
};

/** The highest danger of a runbook's steps, as far as known before planning. */
export const runbookDanger = ({ runbook, danger }: RunbookSuggestion): Danger | undefined =>
  runbook.act.reduce<Danger | undefined>(
    (worst, step) =>
      step.danger === undefined
        ? worst
        : worst === undefined
          ? step.danger
          : moreDangerous(worst, step.danger),
    danger,
  );

/** Why changes are blocked now, or undefined. `key`: the key that arms here; default: that of the screen. */
export const notArmedReason = (
  cockpit: CockpitState,
  key: string = boundKey(cockpit, 'arm', 'A'),
): string | undefined => {
  const { arming } = cockpit;
  return arming.readOnly && arming.armedUntil === undefined ? `read-only: press ${key} to arm` : undefined;
};

/** ' for 15m': the arming duration; empty if unknown. */
export const armingDurationText = ({ forMs }: CockpitState['arming']): string =>
  forMs === undefined ? '' : ` for ${formatDuration(forMs)}`;

/** Why a run cannot be repeated here, or undefined. */
export const rerunBlockedReason = (
  cockpit: CockpitState,
  run: { readonly system: string; readonly env: string } | undefined,
): string | undefined => {
  const { open } = cockpit;
  if (run !== undefined && (run.system !== open?.system || run.env !== open.env))
    return `that run belongs to ${run.system}/${run.env}: open that environment first`;
  return activeRunReason(cockpit);
};

/** Why no other run can start now, or undefined. */
export const activeRunReason = (cockpit: CockpitState): string | undefined =>
  isRunActive(cockpit) ? activeRunText : undefined;

/**
 * Why a runbook cannot be started, or undefined. Starting only reads (parameters, checks, planned calls), so it needs
 * no arming.
 */
export const startBlockedReason = (
  cockpit: CockpitState,
  { problem, generic }: Runbook,
): string | undefined =>
  problem?.message ?? notPermittedReason(cockpit, generic?.verb) ?? activeRunReason(cockpit);

/**
 * Why the environment does not permit a generic action, with the change of its profile that would and the arming that it asks for
 * next, or undefined. The executor decides; this only says so earlier.
 */
const notPermittedReason = (cockpit: CockpitState, verb: string | undefined): string | undefined => {
  const { open } = cockpit;
  if (open === undefined) return undefined;
  const problem = genericActionProblem(verb, { env: open.env, permitted: open.permittedActions });
  if (problem === undefined) return undefined;
  const edit = placedEdit(problem.edit, open);
  const line =
    edit === undefined ? `add ${problem.line}` : profileEditText(edit, shortPosition(edit.position));
  return [problem.why, line, notArmedReason(cockpit)].filter((part) => part !== undefined).join(' · ');
};

/** Read-only warning for a runbook that changes something, or undefined. */
export const readOnlyWarning = (cockpit: CockpitState, { problem, act }: Runbook): string | undefined =>
  problem === undefined && act.some((step) => step.use !== undefined) ? notArmedReason(cockpit) : undefined;

/** Meaning of a danger for users, behind its word. */
const dangerMeanings: Readonly<Record<Danger, string>> = {
  read: '',
  safe: ': users do not notice',
  disruptive: ': users may notice',
  destructive: ': cannot be undone',
};

/** Texts behind the danger of a runbook that changes something, the longest first: what it means, and what must happen before anything runs. */
export const safetyTexts = (cockpit: CockpitState, danger: Danger): readonly string[] => {
  const arm = boundKey(cockpit, 'arm', 'A');
  const [confirmed, brief] =
    notArmedReason(cockpit) === undefined
      ? ['nothing runs before you confirm', 'asks first']
      : [`needs ${arm} and your confirmation`, `needs ${arm}, then asks`];
  const meaning = dangerMeanings[danger];
  return [
    ...(meaning === '' ? [] : [`${meaning}, ${confirmed}`]),
    ...[`, ${confirmed}`, `${meaning}, ${brief}`, `, ${brief}`],
  ];
};
