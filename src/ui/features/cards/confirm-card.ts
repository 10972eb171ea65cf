import type { Proposal } from '../../../domain/runs/proposal.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { formatArgv } from '../../../domain/text/format.ts';
import { isProduction } from '../../../runs/policy/tiers.ts';
import type { RunView } from '../../../store/cockpit.ts';
import {
  type Card,
  cardEdgeRole,
  cardInnerWidth,
  dangerLabel,
  maxCardHeight,
} from '../../kit/components/card.ts';
import {
  decisionHints,
  decisionRow,
  placeZones,
  rowsBesideBody,
  zonedCard,
} from '../../kit/components/card-zones.ts';
import { lineWidth, type StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { armingDurationText, notArmedReason } from '../../shell/state/blocked-reasons.ts';
import { cardArmKey, flagsToKeys } from '../../shell/state/keys-in-text.ts';
import { confirmationBlockedReason, confirmationText, isNameTyped, runCardState } from './confirmation.ts';
import { diagnosisZone } from './diagnosis-lines.ts';
import { gatesZone, overridableChecks } from './gate-lines.ts';
import { nextEntries, nextRunbook } from './incident-lines.ts';
import { markedRows, wordedRows } from './marked-rows.ts';
import { missingOnCard, requirementEntries } from './missing-requirements.ts';
import { paramsText } from './param-lines.ts';
import { renderProposal } from './proposal-zones.ts';
import { runTitleLines } from './run-head.ts';
import { typedNameLines } from './typed-name-lines.ts';
import { shellCommands } from './will-do-zone.ts';

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
  const next = nextRunbook(cockpit, run);
  const hints = [
    ...(login?.argv === undefined ? [] : ['l log in']),
    ...(notArmedReason(cockpit) === undefined ? [] : [`${cardArmKey} arm`]),
    ...(overridableChecks(proposal).length === 0 ? [] : ['O override']),
    'r plan again',
    ...(next === undefined ? [] : ['n next runbook']),
    'esc close',
  ];
  const params = paramsText(view, run, proposal);
  const head = runTitleLines(view, proposal.title, run.runbook.id);
  const foot = [decisionRow(view, [], hints)];
  const missing = missingOnCard(view, proposal);
  // Why has every check that refuses the run.
  const otherChecks = proposal.checks?.filter(
    ({ what, ok }) => ok !== false || !missing.some((unmet) => unmet.what === what),
  );
  const zones = [
    {
      title: 'Why',
      note: 'nothing was sent',
      entries: [
        ...(missing.length > 0
          ? requirementEntries(view, missing)
          : [{ rows: pen.wrap(flagsToKeys(why), cardInnerWidth(view)).map((text) => [pen.run(text)]) }]),
        ...(login?.argv === undefined
          ? []
          : [{ rows: wordedRows(view, [pen.run('renew', 'faint')], formatArgv(login.argv)), isKept: true }]),
        ...(params === undefined
          ? []
          : [{ rows: wordedRows(view, [pen.run('params', 'faint')], params), isKept: true }]),
      ],
    },
    ...(login === undefined && overridableChecks(proposal).length === 0
      ? [{ title: 'Next', entries: nextEntries(view, run) }]
      : []),
    gatesZone(view, otherChecks === undefined ? proposal : { ...proposal, checks: otherChecks }, all),
    diagnosisZone(view, run, all),
  ];
  const room = maxCardHeight(view.rows) - rowsBesideBody(head, foot);
  return zonedCard(view, {
    edge: ending === 'failed' ? 'crit' : 'warn',
    frame: 'rounded',
    title: [pen.glyph('denied', 'down'), pen.run(` ${refusalWords[ending]}`, 'bold')],
    right: dangerLabel(pen, proposal.danger),
    head,
    body: placeZones(view, zones, room, all).lines,
    foot,
    scroll,
  });
};

const titleOf = ({ tier, env, undoes }: Proposal): string => {
  const where = isProduction(tier) ? 'PRODUCTION' : env;
  return `${undoes === undefined ? 'Confirm' : 'Undo'} in ${where}`;
};

/** The key that answers, or the one that removes the obstacle. */
const answerOf = (
  { pen }: RenderContext,
  { gate, undoes }: Proposal,
  name: string | undefined,
  isBlocked: boolean,
): StyledLine => {
  if (isBlocked) return [pen.run(cardArmKey, 'key'), pen.run(' arm', 'bold')];
  if (name !== undefined) return [pen.run('type the text shown, then '), pen.run('enter', 'key')];
  const then = gate.windowMs > 0 ? `, then ${formatDuration(gate.windowMs)} to cancel` : '';
  return [
    pen.run('enter', 'key'),
    pen.run(undoes === undefined ? ' confirm' : ' undo', 'bold'),
    pen.run(then),
  ];
};

/** Renders the confirmation card: a decision row that never scrolls, below what it decides about. */
export const renderProposedCard = (view: RenderContext, run: RunView): Card => {
  const { pen, cockpit } = view;
  const { proposal } = run;
  if (proposal === undefined)
    return zonedCard(view, { edge: 'focus', title: [pen.run('Planning', 'bold')], body: [], foot: [] });
  if (proposal.refusal !== undefined) return refusedCard(view, run, proposal);
  const state = runCardState(view, run);
  const name = confirmationText(run);
  const whyNot = confirmationBlockedReason(view, run);
  const question: readonly StyledLine[] = [
    ...(name === undefined ? [] : typedNameLines(view, proposal, name, state.text, whyNot !== undefined)),
    ...(state.error === undefined ? [] : [[pen.run(state.error, 'crit')]]),
    ...(whyNot === undefined
      ? []
      : markedRows(view, pen.glyph('denied', 'warn'), `${whyNot}${armingDurationText(cockpit.arming)}`, {
          role: 'warn',
        })),
  ];
  const head = runTitleLines(view, proposal.title, run.runbook.id);
  const { lines, tab } = renderProposal(view, run, proposal, rowsBesideBody(head, question) + 1);
  const copies = shellCommands(view, proposal).length > 0;
  const leaves = proposal.undoes === undefined ? 'esc cancel' : 'esc close';
  const answer = answerOf(view, proposal, name, whyNot !== undefined);
  const others = [...(copies ? [`${isNameTyped(view, run) ? 'ctrl-y' : 'Y'} copy as shell`] : []), ...tab];
  const clear = `${leaves}, nothing is sent`;
  const isRoomy =
    lineWidth([...answer, ...decisionHints(pen, [...others, clear])]) + 3 <= cardInnerWidth(view);
  return zonedCard(view, {
    edge: cardEdgeRole(proposal.danger),
    frame: 'double',
    title: [pen.run(titleOf(proposal), 'bold')],
    right: dangerLabel(pen, proposal.danger),
    head,
    body: lines,
    foot: [...question, decisionRow(view, answer, [...others, isRoomy ? clear : leaves])],
    scroll: state.scroll,
  });
};
