import { formatDuration } from '../../../domain/text/duration.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import { isProduction } from '../../../runs/policy/tiers.ts';
import type { RunView } from '../../../store/cockpit.ts';
import {
  type Card,
  cardEdgeRole,
  cardEventLine,
  cardInnerWidth,
  cardTitleLines,
  dangerLabel,
  keyHints,
  labeledLine,
  labeledList,
} from '../../kit/components/card.ts';
import { formatElapsed } from '../../kit/text/format.ts';
import { lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { type RenderContext, toWallTime, wallNow } from '../../shell/contract/render-context.ts';
import { requesterGoneText } from '../run-words/requester-gone.ts';
import { findRunEvent, type RunEventOf } from '../run-words/run-text.ts';
import { confirmationText, isRequestOpen, runCardState } from './confirmation.ts';
import { renderProposal } from './proposal-lines.ts';
import { typedNameLines } from './typed-name-lines.ts';

/** The request of a run that waits for the approval of another person; undefined when it does not. */
export const awaitedApproval = (run: RunView): RunEventOf<'approval-requested'> | undefined =>
  run.stage === 'running' && findRunEvent(run, 'gated') === undefined
    ? findRunEvent(run, 'approval-requested')
    : undefined;

/** '12:10:31 · 9m 12s left'. `until`: wall-clock ms. */
const untilText = (view: RenderContext, until: number): string =>
  `${formatClockTime(until)} · ${formatElapsed(Math.max(0, until - wallNow(view)))} left`;

interface PlanLines {
  readonly lines: readonly StyledLine[];
  /** The key that shows the other form; [] when there is none. */
  readonly tab: readonly string[];
}

/** The plan, as its requester sees it before the confirmation. */
const planLines = (view: RenderContext, run: RunView): PlanLines => {
  const { proposal } = run;
  if (proposal === undefined) return { lines: [], tab: [] };
  const { showsCalls: all } = runCardState(view, run);
  const short = renderProposal(view, run, proposal, false);
  const long = renderProposal(view, run, proposal, true);
  const differ = long.length > short.length || short.some((line) => lineWidth(line) > cardInnerWidth(view));
  return { lines: all ? long : short, tab: differ ? [all ? 'tab short' : 'tab full calls'] : [] };
};

const approversOf = ({ proposal }: RunView): string =>
  proposal?.checks?.find(({ what }) => what === 'approval')?.why ?? 'another person must approve it';

/** Renders the card of a confirmed run that waits for the approval of another person. Nothing was sent. */
export const renderAwaitingCard = (view: RenderContext, run: RunView): Card => {
  const { pen, now } = view;
  const { at = now, forMs = 0 } = awaitedApproval(run) ?? {};
  const { proposal } = run;
  const { lines, tab } = planLines(view, run);
  const title = proposal?.title ?? run.runbook.title;
  const head = [
    ...cardTitleLines(
      view,
      [pen.run('WAITING FOR APPROVAL', 'bold')],
      title,
      dangerLabel(pen, proposal?.danger),
    ),
    ...cardEventLine(view, 'waits', {
      ...{ mark: pen.glyph('warn', 'warn'), text: approversOf(run), role: 'warn' },
    }),
    labeledLine(pen, 'until', untilText(view, toWallTime(view, at) + forMs)),
    ...labeledList(
      view,
      'answer',
      [`in another cockpit, or opsdeck approvals approve ${proposal?.run ?? ''}`],
      { all: true },
    ),
    labeledLine(pen, 'sent', 'nothing'),
  ];
  return {
    edge: cardEdgeRole(proposal?.danger),
    head: head.length,
    scroll: runCardState(view, run).scroll,
    lines: [...head, ...lines, keyHints(pen, 'w withdraw', ...tab, 'esc background')],
  };
};

/** Renders the card on which a person approves or refuses the run of another one: the same plan, to be typed. */
export const renderApproverCard = (view: RenderContext, run: RunView): Card => {
  const { pen } = view;
  const { proposal, approval } = run;
  if (proposal === undefined || approval === undefined) return { edge: 'focus', lines: [[]] };
  const { request, problem } = approval;
  const { text, scroll, error } = runCardState(view, run);
  const where = isProduction(proposal.tier) ? 'PRODUCTION' : proposal.env;
  const isOpen = isRequestOpen(view, run);
  const name = confirmationText(run);
  const { lines, tab } = planLines(view, run);
  const gone = view.cockpit.approvals?.find(({ run: id }) => id === request.run)?.requesterGone;
  const waits = formatDuration(Math.max(0, Math.floor((wallNow(view) - request.requestedAt) / 1000) * 1000));
  const head = [
    ...cardTitleLines(
      view,
      [pen.run(`APPROVE IN ${where}`, 'bold')],
      proposal.title,
      dangerLabel(pen, proposal.danger),
    ),
    labeledLine(pen, 'from', [
      pen.run(`${pen.maskField(request.user, 'user')}@${pen.maskField(request.host, 'host')}`, 'bold'),
      pen.run(` · run ${request.run} · waits ${waits}`),
    ]),
    ...(gone === undefined
      ? []
      : cardEventLine(view, 'waits', {
          ...{ mark: pen.glyph('warn', 'warn'), role: 'warn' },
          text: `${requesterGoneText(gone)}: an approval has no effect while that cockpit is not running`,
        })),
    ...labeledList(view, 'reason', [request.armed ?? 'none given'], { all: true }),
    labeledLine(pen, 'until', untilText(view, request.until)),
  ];
  const keys = isOpen ? ['ctrl-r refuse', name === undefined ? 'enter approve' : 'type it, then enter'] : [];
  const foot: readonly StyledLine[] = [
    ...(isOpen && name !== undefined ? typedNameLines(view, proposal, name, text) : []),
    ...[error, problem]
      .flatMap((part) => (part === undefined ? [] : pen.wrap(part, cardInnerWidth(view))))
      .map((part): StyledLine => [pen.run(part, 'crit')]),
    ...(isOpen
      ? []
      : [
          [
            pen.glyph('denied', 'warn'),
            pen.run(' this request is over: answered, withdrawn or expired', 'warn'),
          ],
        ]),
    keyHints(pen, 'esc close', ...tab, ...keys),
  ];
  return {
    ...{ edge: cardEdgeRole(proposal.danger), head: head.length, foot: foot.length, scroll },
    lines: [...head, ...lines, ...foot],
  };
};
