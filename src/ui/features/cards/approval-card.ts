import { formatDuration } from '../../../domain/text/duration.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import { isProduction } from '../../../runs/policy/tiers.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { type Card, cardEdgeRole, cardInnerWidth, dangerLabel } from '../../kit/components/card.ts';
import { decisionRow, rowsBesideBody, zonedCard } from '../../kit/components/card-zones.ts';
import { formatElapsed } from '../../kit/text/format.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import { type RenderContext, toWallTime, wallNow } from '../../shell/contract/render-context.ts';
import { requesterGoneText } from '../run-words/requester-gone.ts';
import { findRunEvent, type RunEventOf } from '../run-words/run-text.ts';
import { confirmationText, isRequestOpen, runCardState } from './confirmation.ts';
import { markedRows, wordedRows } from './marked-rows.ts';
import { renderProposal } from './proposal-zones.ts';
import { runTitleLines } from './run-head.ts';
import { typedNameLines } from './typed-name-lines.ts';

/** The request of a run that waits for the approval of another person; undefined when it does not. */
export const awaitedApproval = (run: RunView): RunEventOf<'approval-requested'> | undefined =>
  run.stage === 'running' && findRunEvent(run, 'gated') === undefined
    ? findRunEvent(run, 'approval-requested')
    : undefined;

/** '12:10:31 · 9m 12s left'. `until`: wall-clock ms. */
const untilText = (view: RenderContext, until: number): string =>
  `${formatClockTime(until)} · ${formatElapsed(Math.max(0, until - wallNow(view)))} left`;

const approversOf = ({ proposal }: RunView): string =>
  proposal?.checks?.find(({ what }) => what === 'approval')?.why ?? 'another person must approve the run';

/** A row of the head of a card: a word and what it says. */
const headRows = (
  view: RenderContext,
  word: string,
  text: string,
  role: TextRole = 'plain',
): readonly StyledLine[] => wordedRows(view, [view.pen.run(word, 'faint')], text, role);

/** Renders the card of a confirmed run that waits for the approval of another person. Nothing was sent. */
export const renderAwaitingCard = (view: RenderContext, run: RunView): Card => {
  const { pen, now } = view;
  const { at = now, forMs = 0 } = awaitedApproval(run) ?? {};
  const { proposal } = run;
  const head = [
    ...runTitleLines(view, proposal?.title ?? run.runbook.title, run.runbook.id),
    ...markedRows(view, pen.glyph('warn', 'warn'), approversOf(run), { role: 'warn' }),
    ...headRows(view, 'until', untilText(view, toWallTime(view, at) + forMs)),
    ...headRows(view, 'answer', `in another cockpit, or opsdeck approvals approve ${proposal?.run ?? ''}`),
  ];
  const plan =
    proposal === undefined
      ? { lines: [], tab: [] }
      : renderProposal(view, run, proposal, rowsBesideBody(head, [[]]));
  return zonedCard(view, {
    edge: cardEdgeRole(proposal?.danger),
    frame: 'double',
    title: [pen.run('Waiting for approval', 'bold'), pen.run('  nothing was sent', 'faint')],
    right: dangerLabel(pen, proposal?.danger),
    head,
    body: plan.lines,
    foot: [
      decisionRow(view, [pen.run('w', 'key'), pen.run(' withdraw', 'bold')], [...plan.tab, 'esc background']),
    ],
    scroll: runCardState(view, run).scroll,
  });
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
  const gone = view.cockpit.approvals?.find(({ run: id }) => id === request.run)?.requesterGone;
  const waits = formatDuration(Math.max(0, Math.floor((wallNow(view) - request.requestedAt) / 1000) * 1000));
  const head: readonly StyledLine[] = [
    ...runTitleLines(view, proposal.title, run.runbook.id),
    [
      pen.run('from      ', 'faint'),
      pen.run(`${pen.maskField(request.user, 'user')}@${pen.maskField(request.host, 'host')}`, 'bold'),
      pen.run(` · run ${request.run} · waits ${waits}`),
    ],
    ...(gone === undefined
      ? []
      : markedRows(
          view,
          pen.glyph('warn', 'warn'),
          `${requesterGoneText(gone)}: an approval has no effect until that cockpit runs again`,
          { role: 'warn' },
        )),
    ...headRows(view, 'reason', request.armed ?? 'none given'),
    ...headRows(view, 'until', untilText(view, request.until)),
  ];
  const question: readonly StyledLine[] = [
    ...(isOpen && name !== undefined ? typedNameLines(view, proposal, name, text) : []),
    ...[error, problem]
      .flatMap((part) => (part === undefined ? [] : pen.wrap(part, cardInnerWidth(view))))
      .map((part): StyledLine => [pen.run(part, 'crit')]),
    ...(isOpen
      ? []
      : markedRows(
          view,
          pen.glyph('denied', 'warn'),
          'this request was answered, was withdrawn or has expired',
          { role: 'warn' },
        )),
  ];
  const { lines, tab } = renderProposal(view, run, proposal, rowsBesideBody(head, question) + 1);
  const answer: StyledLine = isOpen
    ? [
        pen.run(name === undefined ? '' : 'type the name, then '),
        pen.run('enter', 'key'),
        pen.run(' approve', 'bold'),
      ]
    : [];
  return zonedCard(view, {
    edge: cardEdgeRole(proposal.danger),
    frame: 'double',
    title: [pen.run(`Approve in ${where}`, 'bold')],
    right: dangerLabel(pen, proposal.danger),
    head,
    body: lines,
    foot: [
      ...question,
      decisionRow(view, answer, [...tab, ...(isOpen ? ['ctrl-r refuse'] : []), 'esc close']),
    ],
    scroll,
  });
};
