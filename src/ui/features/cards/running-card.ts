import type { ExpiredLogin } from '../../../domain/runs/proposal.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatArgv } from '../../../domain/text/format.ts';
import type { RunView } from '../../../store/cockpit.ts';
import {
  type Card,
  cardEdgeRole,
  cardInnerWidth,
  dangerLabel,
  maxCardHeight,
} from '../../kit/components/card.ts';
import {
  type CardZone,
  decisionRow,
  placeZones,
  rowsBesideBody,
  zonedCard,
  zoneRule,
} from '../../kit/components/card-zones.ts';
import { formatElapsed } from '../../kit/text/format.ts';
import { lineWidth, type StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { actStartedAt } from '../../shell/state/current-run.ts';
import { filterRunEvents } from '../run-words/run-text.ts';
import { runCardState } from './confirmation.ts';
import { diagnosisZone } from './diagnosis-lines.ts';
import { wordedRows } from './marked-rows.ts';
import { proofZone } from './proof-zone.ts';
import { readableOutput } from './readable-text.ts';
import { pendingSteps, startedSteps } from './step-lines.ts';

const outputShown = 3;
/** Lines of the output that are put into words: those that are shown, and the requests before them. */
const outputRead = 30;

/** The last rows, from the first of them that is no part of a request above it. */
const lastOutput = (rows: readonly string[]): readonly string[] => {
  const last = rows.slice(-outputShown);
  const from = last.findIndex((row) => !row.startsWith(' '));
  return last.slice(Math.max(0, from));
};

/** The zone of the last output; `L` shows all of it. */
const outputZone = (view: RenderContext, run: RunView): CardZone => {
  const { pen } = view;
  const lines = filterRunEvents(run, 'output').map(({ text }) => text);
  const more = lines.length > outputShown ? `L all ${pluralize(lines.length, 'line')}` : 'L in the log';
  return {
    title: 'Output',
    note: lines.length === 0 ? '' : more,
    entries: lastOutput(readableOutput(view, lines.slice(-outputRead))).map((text) => ({
      rows: [[pen.run(text, 'faint')]],
    })),
  };
};

/** The denied source and its login command. */
const loginZone = (view: RenderContext, { source, why, argv }: ExpiredLogin): CardZone => {
  const { pen } = view;
  const renew =
    argv === undefined ? 'this source has no login command: log in in another terminal' : formatArgv(argv);
  return {
    title: 'Login',
    entries: [
      {
        rows: [
          [pen.glyph('denied', 'down'), pen.run(` denied: login expired · ${source}`, 'bold')],
          ...wordedRows(view, [pen.run('why', 'faint')], why),
          ...wordedRows(view, [pen.run('renew', 'faint')], renew),
        ],
      },
    ],
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
  ].map(([key = '', text = '']) => [pen.run(key.padEnd(9), 'key'), pen.run(text, 'faint')]);
};

/** The effect of ctrl-c. */
const answerOf = ({ pen }: RenderContext, { awaitingStep, login }: RunView, sent: boolean): StyledLine => {
  const stop =
    sent && login === undefined && awaitingStep === undefined
      ? [pen.run(' stop waiting'), pen.run(' (sent calls are not undone)', 'faint')]
      : [pen.run(' cancel')];
  return [pen.run('ctrl-c', 'key'), ...stop];
};

/** Renders the running card: steps with their answers, and the verification with its live values. */
export const renderRunningCard = (view: RenderContext, run: RunView): Card => {
  const { pen, now } = view;
  const began = actStartedAt(run) ?? now;
  const sent = run.events.some((event) => event.event === 'acted');
  const { scroll, showsCalls: all } = runCardState(view, run);
  const title = run.proposal?.title ?? run.runbook.title;
  const right = [
    ...dangerLabel(pen, run.proposal?.danger),
    pen.run('  '),
    pen.run(formatElapsed(now - began), 'bold'),
  ];
  const running: StyledLine = [pen.glyph('loading', 'key'), pen.run(' Running', 'bold')];
  // A long title has a row of its own.
  const isBeside =
    lineWidth([...running, ...right]) + lineWidth([pen.run(title)]) + 10 <= cardInnerWidth(view);
  const head = isBeside
    ? []
    : pen.wrap(title, cardInnerWidth(view)).map((text): StyledLine => [pen.run(text, 'bold')]);
  // A person decides by the results of the checks whether a manual step is done.
  const asks = run.awaitingStep !== undefined && run.login === undefined;
  const checks: CardZone = asks ? diagnosisZone(view, run, all) : { title: '', entries: [] };
  const answers = answerLines(view, run, sent);
  const logins =
    run.login === undefined
      ? []
      : [...(run.login.argv === undefined ? [] : ['l log in']), 'enter retry', 'n end run'];
  const tab = checks.entries.length === 0 ? [] : [all ? 'tab short' : 'tab all checks'];
  const note = asks || run.login !== undefined ? [] : ['! note'];
  const foot = [
    ...answers,
    decisionRow(view, answerOf(view, run, sent), [...note, ...logins, ...tab, 'esc background']),
  ];
  const zones = [
    { title: 'Steps', entries: [...startedSteps(view, run), ...pendingSteps(view, run)] },
    ...(run.login === undefined ? [] : [loginZone(view, run.login)]),
    proofZone(view, run),
    checks,
    outputZone(view, run),
  ];
  const room = maxCardHeight(view.rows) - rowsBesideBody(head, foot);
  return zonedCard(view, {
    edge: cardEdgeRole(run.proposal?.danger),
    frame: 'double',
    title: isBeside ? [...running, pen.run(`  ${title}`, 'bold')] : running,
    right,
    head,
    body: placeZones(view, zones, room, all).lines,
    rule: asks ? { rule: 'decision', title: [], note: [] } : zoneRule(pen, ''),
    foot,
    scroll,
  });
};
