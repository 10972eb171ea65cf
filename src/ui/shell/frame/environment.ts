import type { Tier } from '../../../domain/profile/profile.ts';
import { requestsToAnswer } from '../../../domain/runs/approval.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { isProduction } from '../../../runs/policy/tiers.ts';
import { isRunActive } from '../../../store/run-view.ts';
import { forwardMark } from '../../features/forwards/forward-key.ts';
import { pendingResetMark } from '../../features/run-words/pending-resets.ts';
import { actStartedAt } from '../../features/run-words/run-text.ts';
import { openRelapses } from '../../features/runs/relapses.ts';
import { presenceMark } from '../../features/who/mark.ts';
import { formatElapsed } from '../../kit/text/format.ts';
import type { StyledLine, StyledRun } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { liveContext } from '../contract/render-context.ts';
import { boundKey } from '../state/keys-in-text.ts';

/** A status mark that applies to the whole screen, such as EMBEDDED. */
interface StatusMark {
  readonly text: string;
  /** Default: the role of the environment's name. */
  readonly role?: TextRole;
  /** True if it is repeated in the last row, next to the environment's name. */
  readonly below?: boolean;
}

/** Minimum terminal width at which the header names the runbook of a run. */
const roomy = 120;

/** The mark of a run in the background, with the key that opens its card: ' RUN close-breaker 0:42, R '. */
const backgroundRunMarks = (view: RenderContext): readonly StatusMark[] => {
  const { cockpit, now } = liveContext(view);
  const { run } = cockpit;
  if (run?.background !== true || !isRunActive(cockpit)) return [];
  const name = view.columns >= roomy ? ` ${view.pen.cut(run.runbook.id, 24)}` : '';
  const since = formatElapsed(now - (actStartedAt(run) ?? now));
  const waits = run.awaitingStep === undefined ? '' : ' needs input';
  const key = boundKey(cockpit, 'runbook.card', 'R');
  return [{ text: ` RUN${name} ${since}${waits}, ${key} `, role: 'armed' }];
};

/** The mark of the relapsed runs of this session, with the key that leads to the newest one: it stays until they are answered. */
const relapseMarks = (view: RenderContext): readonly StatusMark[] => {
  const { cockpit } = liveContext(view);
  const relapses = openRelapses(view);
  const [newest] = relapses;
  if (newest === undefined) return [];
  const count = relapses.length === 1 ? '' : `${relapses.length} `;
  const name =
    relapses.length === 1 && view.columns >= roomy ? ` ${view.pen.cut(newest.runbook.id, 24)}` : '';
  return [{ text: ` ${count}RELAPSED${name}, ${boundKey(cockpit, 'pane.U', 'U')} `, role: 'crit' }];
};

/** The mark of open port-forwards: they connect this machine with the environment. */
const forwardMarks = (view: RenderContext): readonly StatusMark[] => {
  const mark = forwardMark(liveContext(view));
  if (mark === undefined) return [];
  return [mark.failing ? { text: ` ${mark.text} `, role: 'warn' } : { text: mark.text }];
};

/** The mark of temporary changes: opsdeck restores the previous state at that time. */
const resetMarks = (view: RenderContext): readonly StatusMark[] => {
  const mark = pendingResetMark(liveContext(view));
  if (mark === undefined) return [];
  return [mark.isLate ? { text: ` ${mark.text} `, role: 'warn' } : { text: mark.text }];
};

/** The mark of a broken ledger: nothing is carried out without a person. */
const ledgerMarks = (view: RenderContext): readonly StatusMark[] =>
  liveContext(view).cockpit.ledgerProblem === undefined ? [] : [{ text: ' LEDGER BROKEN ', role: 'crit' }];

/** The marks of a screen that others see: its recording, and the users who follow it. */
const watchedMarks = (view: RenderContext): readonly StatusMark[] => {
  const { isRecording, followers = [] } = liveContext(view).cockpit;
  const [first] = followers;
  const more = followers.length > 1 ? ` and ${followers.length - 1} more` : '';
  return [
    ...(isRecording === true ? [{ text: ' REC ', role: 'armed', below: true } as const] : []),
    ...(first === undefined
      ? []
      : [{ text: ` followed by ${view.pen.cut(first, 24)}${more} `, role: 'shared' } as const]),
  ];
};

/** '1 run waits for approval': the runs that this person can approve. */
const approvalMarks = ({ cockpit, columns }: RenderContext): readonly StatusMark[] => {
  const count = requestsToAnswer(cockpit.approvals ?? []).length;
  if (count === 0) return [];
  const words = count === 1 ? 'run waits' : 'runs wait';
  const text = columns < roomy ? pluralize(count, 'approval') : `${count} ${words} for approval`;
  return [{ text: ` ${text} `, role: 'warn' }];
};

/** All status marks of the screen. */
export const statusMarks = (view: RenderContext): readonly StatusMark[] => {
  const { cockpit, ui, past } = view;
  return [
    ...backgroundRunMarks(view),
    ...relapseMarks(view),
    ...(past === undefined ? [] : [{ text: ' PAST ', role: 'past', below: true } as const]),
    ...(ui.shared ? [{ text: ' SHARED ', role: 'shared', below: true } as const] : []),
    ...watchedMarks(view),
    ...approvalMarks(liveContext(view)),
    ...presenceMark(liveContext(view)),
    ...forwardMarks(view),
    ...ledgerMarks(view),
    ...resetMarks(view),
    ...(cockpit.open?.isBreakGlass === true ? [{ text: ' BREAK-GLASS ', role: 'armed' } as const] : []),
    ...(cockpit.open?.isStateUnavailable === true
      ? [{ text: ' STATE DB DOWN ', role: 'warn' } as const]
      : []),
    ...(cockpit.open?.embedded === true ? [{ text: 'EMBEDDED' }] : []),
  ];
};

const tierOfColor: Readonly<Record<string, Tier>> = {
  red: 'production',
  yellow: 'staging',
  amber: 'staging',
  orange: 'staging',
  blue: 'dev',
  grey: 'local',
  gray: 'local',
};

/** The tier that determines the color. A profile can choose another color, but not for production. */
const colorTier = ({ cockpit: { open } }: RenderContext): Tier => {
  if (open === undefined) return 'local';
  const wanted = isProduction(open.tier) ? undefined : tierOfColor[open.color ?? ''];
  return wanted ?? open.tier;
};

/** The role of the environment's name. */
export const environmentRole = (view: RenderContext): TextRole => `env.${colorTier(view)}`;

/** Matches names that already say production: 'prod', 'production-eu'; not 'pre-production'. */
const saysProduction = /^prod(uction)?\b/i;

/**
 * The label of the environment: 'PRODUCTION', without color '[PRODUCTION]', or '' if none is open. Production environments
 * always start with the word, so truncation cannot remove it: 'PRODUCTION EU-1'.
 */
export const environmentLabel = ({ cockpit: { open } }: RenderContext, mono: boolean): string => {
  if (open === undefined) return '';
  const needsPrefix = isProduction(open.tier) && !saysProduction.test(open.env);
  const name = `${needsPrefix ? 'production ' : ''}${open.env}`.toUpperCase();
  return mono ? `[${name}]` : name;
};

/** The head of an environment's column. Production is in capitals, to avoid confusion. */
export const environmentHeading = (view: RenderContext, env: string): string => {
  const { environments, open } = view.cockpit;
  const environment = environments.find((one) => one.env === env && one.system === open?.system);
  return environment !== undefined && isProduction(environment.tier) ? env.toUpperCase() : env;
};

/** Maximum width of the environment's name in the last row, which keeps room for the keys. */
const maxNameCells = 24;

/** Renders the environment's name and the repeated status marks for the end of the last row. */
export const statusCorner = (view: RenderContext, mono: boolean): StyledLine => {
  const role = environmentRole(view);
  const word = view.pen.cut(environmentLabel(view, mono), maxNameCells);
  if (word === '') return [];
  const marks = statusMarks(view).filter((mark) => mark.below === true);
  return [
    ...marks.flatMap((mark) => [view.pen.run(' ', role), view.pen.run(mark.text, mark.role ?? role)]),
    view.pen.run(` ${word} `, role),
  ];
};

/** The screen edges that show the environment color: production left and right, staging left, others none. */
const edges: Readonly<Record<Tier, { readonly left: boolean; readonly right: boolean }>> = {
  production: { left: true, right: true },
  staging: { left: true, right: false },
  dev: { left: false, right: false },
  local: { left: false, right: false },
};

/** Splits a run after its first character (`at` 1) or before its last (`at` -1), if that is one cell wide. */
const cutAt = ({ text, role }: StyledRun, at: 1 | -1): readonly [StyledRun, StyledRun] | undefined => {
  // A character outside the Basic Multilingual Plane is two code units.
  const one = at === 1 ? [...text.slice(0, 2)][0] : [...text.slice(-2)].at(-1);
  if (one === undefined || widthOf(one) !== 1) return undefined;
  const cut = at === 1 ? one.length : text.length - one.length;
  return [
    { text: text.slice(0, cut), role },
    { text: text.slice(cut), role },
  ];
};

/**
 * Draws the first and last cell of a body row on the environment color. The characters remain, so the edge takes no room.
 * A double-width character is left unchanged.
 */
export const withEnvironmentEdges = (view: RenderContext, line: StyledLine): StyledLine => {
  const tier = colorTier(view);
  const { left, right } = edges[tier];
  if (view.cockpit.open === undefined || (!left && !right)) return line;
  const role: TextRole = `edge.${tier}`;
  const runs = line.filter((run) => run.text !== '');
  const [first] = runs;
  const head = left && first !== undefined ? cutAt(first, 1) : undefined;
  const begun: StyledLine = head === undefined ? runs : [{ ...head[0], role }, head[1], ...runs.slice(1)];
  const last = begun.at(-1);
  const tail = right && last !== undefined ? cutAt(last, -1) : undefined;
  return tail === undefined ? begun : [...begun.slice(0, -1), tail[0], { ...tail[1], role }];
};

/** Like `withEnvironmentEdges`, for rules: the colored cells are blank, so that the edge is a solid bar. */
export const withSolidEdges = (view: RenderContext, line: StyledLine): StyledLine =>
  withEnvironmentEdges(view, line).map((run) => (run.role.startsWith('edge.') ? { ...run, text: ' ' } : run));
