import type { Millis } from '../../../domain/base/fault.ts';
import { callText } from '../../../domain/runbooks/operation.ts';
import type { ExpiredLogin, Proposal } from '../../../domain/runs/proposal.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { formatArgv } from '../../../domain/text/format.ts';
import { isProduction } from '../../../runs/policy/tiers.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { Card } from '../../kit/components/card.ts';
import {
  cardEdgeRole,
  cardHeading,
  cardInnerWidth,
  cardLabelWidth,
  cardTitleLines,
  dangerLabel,
  keyHints,
  labeledLine,
  labeledList,
  shortList,
  truncateList,
} from '../../kit/components/card.ts';
import { formatElapsed } from '../../kit/text/format.ts';
import { lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { glyphs } from '../../kit/theme/glyphs.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { armingDurationText, notArmedReason } from '../../shell/state/blocked-reasons.ts';
import { actStartedAt } from '../../shell/state/current-run.ts';
import { cardArmKey, flagsToKeys } from '../../shell/state/keys-in-text.ts';
import { findRunEvent, recentOutputLines } from '../run-words/run-text.ts';
import { awaitedApproval, renderApproverCard, renderAwaitingCard } from './approval-card.ts';
import { confirmationBlockedReason, confirmationText, runCardState } from './confirmation.ts';
import { renderDiagnosis } from './diagnosis-lines.ts';
import { renderEndedCard } from './ended-card.ts';
import { renderParamCard, renderPlanningCard } from './param-card.ts';
import { paramLines } from './param-lines.ts';
import { gateCheckLines, overridableChecks, renderProposal } from './proposal-lines.ts';
import { completedStepLines, pendingStepLines, verificationLines } from './step-lines.ts';
import { typedNameLines } from './typed-name-lines.ts';

/** The expired login that blocks the run on the card. */
export const expiredLoginOf = (run: RunView): ExpiredLogin | undefined =>
  run.login ?? (run.stage === 'proposed' ? run.proposal?.refusal?.login : undefined);

/** The denied source and its login command. */
const loginLines = (view: RenderContext, { source, why, argv }: ExpiredLogin): readonly StyledLine[] => [
  [view.pen.glyph('denied', 'down'), view.pen.run(` denied: login expired · ${source}`, 'bold')],
  ...labeledList(view, 'why', [why], { all: true }),
  labeledLine(
    view.pen,
    'renew',
    argv === undefined ? 'no login command configured: log in elsewhere' : formatArgv(argv),
  ),
];

const barCells = 5;
const outputShown = 3;

/** The remaining time as a shrinking bar; empty with reduced motion, because the seconds are shown anyway. */
const countdown = ({ pen, cockpit }: RenderContext, left: Millis, total: Millis): StyledLine => {
  if (cockpit.settings.motion === 'reduced') return [];
  const full = total === 0 ? 0 : Math.min(barCells, Math.ceil((left / total) * barCells));
  return [
    pen.run('  '),
    pen.run(glyphs.full[0].repeat(full) + glyphs.rest[0].repeat(barCells - full), 'warn'),
  ];
};

/** Lines of one call in the cancel window. A longer one keeps its beginning, which says what it does, and its end. */
const windowCallRows = 3;

/** The first few entries, each on its lines. No key shows the others: any key cancels. */
const windowList = (
  view: RenderContext,
  label: string,
  entries: readonly string[],
  linesOf: (entry: string) => readonly string[] = (entry) => [entry],
): readonly StyledLine[] => {
  const shown = truncateList(entries, shortList(view));
  const more = entries.length - shown.length;
  return [
    ...shown.flatMap(linesOf).map((text, index) => labeledLine(view.pen, index === 0 ? label : '', text)),
    ...(more === 0 ? [] : [labeledLine(view.pen, '', `${more} more`, 'faint')]),
  ];
};

/** The steps, targets and calls that are sent after the cancel window. */
const windowCallLines = (
  view: RenderContext,
  { proposal }: RunView,
  ids: readonly string[] | undefined,
): readonly StyledLine[] => {
  const { pen } = view;
  const steps = (proposal?.steps ?? []).filter(
    ({ id, plan }) => plan !== undefined && (ids === undefined || ids.includes(id)),
  );
  const plans = steps.flatMap(({ plan }) => plan ?? []);
  const room = cardInnerWidth(view) - cardLabelWidth;
  const targets = [
    ...new Set(plans.flatMap((plan) => plan.targets.map(({ name, saw }) => `${name} ${saw}`))),
  ];
  const calls = plans.flatMap((plan) => plan.calls).map(callText);
  return [
    ...windowList(
      view,
      'step',
      steps.map(({ title }) => title),
    ),
    ...windowList(view, 'target', targets),
    // Words move whole to the next line, so a part of the room stays unused.
    ...windowList(view, 'call', calls, (call) =>
      pen.wrap(pen.cutInside(call, Math.floor((windowCallRows - 0.5) * room)), room),
    ),
  ];
};

/** Renders the cancel window: it is directly before the call, and shows the target and the call. */
const renderCancelWindowCard = (view: RenderContext, run: RunView): Card => {
  const { pen, now } = view;
  const { endsAt = now, steps } = findRunEvent(run, 'window') ?? {};
  const left = Math.max(0, endsAt - now);
  const total = run.proposal?.gate.windowMs ?? left;
  const hasActed = run.events.some(({ event }) => event === 'acted');
  return {
    edge: cardEdgeRole(run.proposal?.danger),
    lines: [
      [
        pen.run(`SENDING IN ${Math.ceil(left / 1000)}s`, 'bold'),
        ...countdown(view, left, total),
        pen.run(hasActed ? '  earlier calls were sent' : '  nothing has been sent'),
        pen.run(' · any key cancels'),
      ],
      ...windowCallLines(view, run, steps),
    ],
    foot: 0,
  };
};

/**
 * The answers to the question of a run, one a line, with what follows: the next step, the verification, or the end. Empty
 * without a question.
 */
const answerLines = (
  { pen }: RenderContext,
  { awaitingStep, login, proposal, runbook: { verify } }: RunView,
  sent: boolean,
): readonly StyledLine[] => {
  if (awaitingStep === undefined || login !== undefined) return [];
  const steps = proposal?.steps ?? [];
  const isLast = steps.at(-1)?.id === awaitingStep.id;
  const isVerified = verify !== 'none' && verify.length > 0;
  const then = isLast ? (isVerified ? 'verification' : 'the end of the run') : 'the next step';
  const end = `the run ends here${isVerified ? ', unverified' : ''}${sent ? '; sent calls stay' : ''}`;
  const [yes, no] =
    awaitingStep.ask === true
      ? ['continue with this step', `stop: ${end}`]
      : [`done; ${then} follows`, `not done: ${end}`];
  return [
    ['enter', yes],
    ['n', no],
  ].map(([key = '', text = '']) => [pen.run(key.padEnd(cardLabelWidth), 'key'), pen.run(text, 'faint')]);
};

/** Key hints for a running run. */
const answerWords = ({ awaitingStep: ticking, login }: RunView, sent: boolean): readonly string[] => {
  if (login !== undefined)
    return [
      ...(login.argv === undefined ? [] : ['l log in']),
      ...['enter retry', 'n end run', 'ctrl-c cancel'],
    ];
  if (ticking === undefined)
    return [sent ? 'ctrl-c stop waiting (sent calls are not undone)' : 'ctrl-c cancel'];
  return ['ctrl-c cancel'];
};

/** Renders the running card: completed and pending steps, and live verification. */
const renderRunningCard = (view: RenderContext, run: RunView): Card => {
  const { pen, now } = view;
  const began = actStartedAt(run) ?? now;
  const danger = run.proposal?.danger;
  const head = cardTitleLines(view, [pen.run('RUNNING', 'bold')], run.proposal?.title ?? run.runbook.title, [
    ...dangerLabel(pen, danger),
    pen.run(`  ${formatElapsed(now - began)}`),
  ]);
  const sent = run.events.some((event) => event.event === 'acted');
  const { scroll, showsCalls: all } = runCardState(view, run);
  // A person decides by the results of the checks whether a manual step is done.
  const asks = run.awaitingStep !== undefined && run.login === undefined;
  const diagnosis = asks ? renderDiagnosis(view, run, all) : [];
  const tab = diagnosis.length === 0 ? [] : [all ? 'tab short' : 'tab all checks'];
  const keys = [...answerWords(run, sent), ...tab, 'esc background'];
  const answers = answerLines(view, run, sent);
  return {
    edge: cardEdgeRole(danger),
    head: head.length,
    scroll,
    lines: [
      ...head,
      ...completedStepLines(view, run),
      ...pendingStepLines(view, run),
      ...verificationLines(view, run),
      ...diagnosis,
      ...recentOutputLines(view, run, outputShown),
      ...(run.login === undefined ? [] : loginLines(view, run.login)),
      ...answers,
      keyHints(pen, ...keys),
    ],
    foot: answers.length + 1,
  };
};

const refusalWords = {
  forbidden: 'FORBIDDEN',
  'not-applicable': 'NOT APPLICABLE',
  failed: 'FAILED',
} as const;

/** Renders the card of a refused or failed plan. Nothing was sent. */
const refusedCard = (view: RenderContext, run: RunView, proposal: Proposal): Card => {
  const { pen, cockpit } = view;
  const { showsCalls: all, scroll } = runCardState(view, run);
  const { ending = 'failed', why = '', login } = proposal.refusal ?? {};
  const arm = notArmedReason(cockpit) === undefined ? [] : [`${cardArmKey} arm`];
  const breaks = overridableChecks(proposal).length === 0 ? [] : ['O override'];
  const head = cardTitleLines(
    view,
    [pen.glyph('denied', 'down'), pen.run(` ${refusalWords[ending]}`, 'bold')],
    proposal.title,
    dangerLabel(pen, proposal.danger),
  );
  return {
    edge: ending === 'failed' ? 'crit' : 'warn',
    head: head.length,
    scroll,
    lines: [
      ...head,
      ...labeledList(view, 'why', [flagsToKeys(why)], { all: true }),
      ...(login?.argv === undefined ? [] : [labeledLine(pen, 'renew', formatArgv(login.argv))]),
      labeledLine(pen, 'sent', 'nothing'),
      ...paramLines(view, run, proposal, all),
      ...gateCheckLines(view, proposal, all),
      ...renderDiagnosis(view, run, all),
      keyHints(
        pen,
        ...(login?.argv === undefined ? [] : ['l log in']),
        ...arm,
        ...breaks,
        'r plan again',
        'esc close',
      ),
    ],
  };
};

const titleOf = ({ tier, env, undoes }: Proposal): string => {
  const where = isProduction(tier) ? 'PRODUCTION' : env;
  return `${undoes === undefined ? 'CONFIRM' : 'UNDO'} IN ${where}`;
};

/** Hints for confirming, or the key that removes the obstacle. */
const yesWords = ({ gate, undoes }: Proposal, name: string | undefined, off: boolean): readonly string[] => {
  if (off) return [`${cardArmKey} arm`];
  if (name !== undefined) return ['type the text shown, then enter'];
  const yes = undoes === undefined ? 'enter confirm' : 'enter undo';
  return gate.windowMs > 0 ? [yes, `then ${formatDuration(gate.windowMs)} to cancel`] : [yes];
};

/** Renders the confirmation card. */
const proposedCard = (view: RenderContext, run: RunView): Card => {
  const { pen, cockpit } = view;
  const { proposal } = run;
  if (proposal === undefined)
    return { edge: 'focus', lines: [cardHeading(view, [pen.run('PLANNING', 'bold')])] };
  if (proposal.refusal !== undefined) return refusedCard(view, run, proposal);
  const state = runCardState(view, run);
  const name = confirmationText(run);
  const whyNot = confirmationBlockedReason(view, run);
  const linesFor = (all: boolean): readonly StyledLine[] => [
    ...renderProposal(view, run, proposal, all),
    ...renderDiagnosis(view, run, all),
  ];
  const short = linesFor(false);
  const long = linesFor(true);
  const differ = long.length > short.length || short.some((line) => lineWidth(line) > cardInnerWidth(view));
  const tab = differ ? [state.showsCalls ? 'tab short' : 'tab full calls'] : [];
  const foot: readonly StyledLine[] = [
    ...(name === undefined ? [] : typedNameLines(view, proposal, name, state.text, whyNot !== undefined)),
    ...(state.error === undefined ? [] : [[pen.run(state.error, 'crit')]]),
    ...(whyNot === undefined
      ? []
      : [[pen.glyph('denied', 'warn'), pen.run(` ${whyNot}${armingDurationText(cockpit.arming)}`, 'warn')]]),
    keyHints(
      pen,
      proposal.undoes === undefined ? 'esc cancel' : 'esc close',
      ...tab,
      ...yesWords(proposal, name, whyNot !== undefined),
    ),
  ];
  const head = cardTitleLines(
    view,
    [pen.run(titleOf(proposal), 'bold')],
    proposal.title,
    dangerLabel(pen, proposal.danger),
  );
  return {
    edge: cardEdgeRole(proposal.danger),
    head: head.length,
    foot: foot.length,
    scroll: state.scroll,
    lines: [...head, ...(state.showsCalls ? long : short), ...foot],
  };
};

const cardAt = (view: RenderContext, run: RunView): Card => {
  switch (run.stage) {
    case 'params':
      return renderParamCard(view, run);
    case 'diagnosing':
    case 'planning':
      return renderPlanningCard(view, run);
    case 'proposed':
      return proposedCard(view, run);
    case 'window':
      return renderCancelWindowCard(view, run);
    case 'running':
      return awaitedApproval(run) === undefined
        ? renderRunningCard(view, run)
        : renderAwaitingCard(view, run);
    case 'approving':
      return renderApproverCard(view, run);
    case 'ended':
      return renderEndedCard(view, run);
  }
};

/** Renders the card of a run for its stage. Its targets keep their real names, also in share mode. */
export const renderRunCard = (view: RenderContext, run: RunView): Card => {
  const names = run.proposal?.names ?? [];
  return cardAt(names.length === 0 ? view : { ...view, pen: view.pen.withUnmaskedNames(names) }, run);
};
