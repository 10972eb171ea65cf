import { durationText } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';
import { argvLine } from '../../../domain/format.ts';
import type { ExpiredLogin, Proposal } from '../../../domain/proposal.ts';
import { isProduction } from '../../../runs/policy/tiers.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { inKeys } from '../../keys/rebound.ts';
import { countText } from '../../text/ages.ts';
import { type Line, lineWidth } from '../../text/run.ts';
import { glyphs } from '../../theme/glyphs.ts';
import type { View } from '../../view.ts';
import { armsFor, notArmed } from '../runbooks/actions.ts';
import type { Card } from './card.ts';
import { dangerWord, edgeOf, field, heading, hints, innerWidth, labelled, listed, titled } from './card.ts';
import { diagnosisLines } from './diagnosis.ts';
import { comingLines, doneLines, proofLines } from './done.ts';
import { endedCard } from './ended.ts';
import { paramsCard, planningCard } from './params.ts';
import { beganAt, eventOf, outputLines } from './progress.ts';
import { gateLines, overridable, proposalLines } from './proposal-lines.ts';
import { cardStateOf, nameToType, rightSoFar, whyNotYes } from './question.ts';

/** The login because of which the run on the card waits, or was refused. */
export const loginOf = (run: RunView): ExpiredLogin | undefined =>
  run.login ?? (run.stage === 'proposed' ? run.proposal?.refusal?.login : undefined);

/** What was denied, and what renews it. */
const loginLines = (view: View, { source, why, argv }: ExpiredLogin): readonly Line[] => [
  [view.pen.glyph('denied', 'down'), view.pen.run(` denied: login expired · ${source}`, 'bold')],
  ...listed(view, 'why', [why], { all: true }),
  labelled(
    view.pen,
    'renew',
    argv === undefined ? 'nobody knows with which program: log in elsewhere' : argvLine(argv),
  ),
];

const barCells = 5;
const outputShown = 3;

/** How much of the time is left, as a bar that shrinks; nothing where nothing may move. The seconds are told anyway. */
const countdown = ({ pen, cockpit }: View, left: Millis, total: Millis): Line => {
  if (cockpit.settings.motion === 'reduced') return [];
  const full = total === 0 ? 0 : Math.min(barCells, Math.ceil((left / total) * barCells));
  return [
    pen.run('  '),
    pen.run(glyphs.full[0].repeat(full) + glyphs.rest[0].repeat(barCells - full), 'warn'),
  ];
};

/** The seconds in which anything stops it, before the first call. */
const windowCard = (view: View, run: RunView): Card => {
  const { pen, now } = view;
  const endsAt = eventOf(run, 'window')?.endsAt ?? now;
  const left = Math.max(0, endsAt - now);
  const total = run.proposal?.gate.windowMs ?? left;
  return {
    edge: edgeOf(run.proposal?.danger),
    lines: [
      [
        pen.run(`SENDING IN ${Math.ceil(left / 1000)}s`, 'bold'),
        ...countdown(view, left, total),
        pen.run('  nothing has been sent · any key cancels'),
      ],
    ],
  };
};

/** What a run that goes on may be told. */
const answerWords = ({ ticking, login }: RunView, sent: boolean): readonly string[] => {
  if (login !== undefined)
    return [
      ...(login.argv === undefined ? [] : ['l log in']),
      ...['enter try again', 'n not renewed', 'ctrl-c cancel'],
    ];
  if (ticking === undefined)
    return [sent ? 'ctrl-c stop waiting (what was sent stays sent)' : 'ctrl-c cancel'];
  return ticking.ask === true
    ? ['enter go on', 'n stop here']
    : ['enter done', 'n not done', 'ctrl-c cancel'];
};

/** What has been done so far, what is being done, and the proofs as they turn. */
const runningCard = (view: View, run: RunView): Card => {
  const { pen, now } = view;
  const began = beganAt(run) ?? now;
  const danger = run.proposal?.danger;
  const head = titled(view, [pen.run('RUNNING', 'bold')], run.proposal?.title ?? run.runbook.title, [
    ...dangerWord(pen, danger),
    pen.run(`  ${countText(now - began)}`),
  ]);
  const sent = run.events.some((event) => event.event === 'acted');
  const keys = [...answerWords(run, sent), 'esc to background'];
  return {
    edge: edgeOf(danger),
    head: head.length,
    scroll: cardStateOf(view, run).scroll,
    lines: [
      ...head,
      ...doneLines(view, run),
      ...comingLines(view, run),
      ...proofLines(view, run),
      ...outputLines(view, run, outputShown),
      ...(run.login === undefined ? [] : loginLines(view, run.login)),
      hints(pen, ...keys),
    ],
  };
};

const refusalWords = {
  forbidden: 'FORBIDDEN',
  'not-applicable': 'NOT APPLICABLE',
  failed: 'FAILED',
} as const;

/** A gate that already says no, or a plan that could not be made. Nothing was sent, and nothing can be. */
const refusedCard = (view: View, run: RunView, proposal: Proposal): Card => {
  const { pen, cockpit } = view;
  const { calls: all, scroll } = cardStateOf(view, run);
  const { ending = 'failed', why = '', login } = proposal.refusal ?? {};
  const arm = notArmed(cockpit) === undefined ? [] : ['A arm'];
  const breaks = overridable(proposal) === undefined ? [] : ['o override'];
  const head = titled(
    view,
    [pen.glyph('denied', 'down'), pen.run(` ${refusalWords[ending]}`, 'bold')],
    proposal.title,
    dangerWord(pen, proposal.danger),
  );
  return {
    edge: ending === 'failed' ? 'crit' : 'warn',
    head: head.length,
    scroll,
    lines: [
      ...head,
      ...listed(view, 'why', [inKeys(why, cockpit)], { all: true }),
      ...(login?.argv === undefined ? [] : [labelled(pen, 'renew', argvLine(login.argv))]),
      labelled(pen, 'sent', 'nothing'),
      ...gateLines(view, proposal, all),
      ...diagnosisLines(view, run, all),
      hints(
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

/** Where the name is typed; while it cannot be given, only that it will be asked for. */
const typeLine = (view: View, name: string, typed: string, off: boolean): Line => {
  const { pen } = view;
  if (off) return [pen.run('type  ', 'faint'), pen.own(name, 'faint'), pen.run('  to go on', 'faint')];
  const right = rightSoFar(name, typed);
  const letters = [...typed];
  const wrong = letters.slice(right).join('');
  const left: Line = [
    pen.run('type  ', 'faint'),
    pen.own(name, 'bold'),
    pen.run('  to go on:  ', 'faint'),
    pen.own(letters.slice(0, right).join('')),
    ...field(pen, wrong, 'crit'),
  ];
  return heading(view, left, [pen.run(`${right} of ${[...name].length}`, wrong === '' ? 'plain' : 'crit')]);
};

/** How yes is said, and what follows; or why it cannot be said now, and which key helps. */
const yesWords = ({ gate, undoes }: Proposal, name: string | undefined, off: boolean): readonly string[] => {
  if (off) return ['A arm'];
  if (name !== undefined) return ['enter waits for the whole name'];
  const yes = undoes === undefined ? 'enter go on' : 'enter undo';
  return gate.windowMs > 0 ? [yes, `then ${durationText(gate.windowMs)} to cancel`] : [yes];
};

/** Everything one should know before saying yes, and how yes is said. */
const proposedCard = (view: View, run: RunView): Card => {
  const { pen, cockpit } = view;
  const { proposal } = run;
  if (proposal === undefined) return { edge: 'focus', lines: [heading(view, [pen.run('PLANNING', 'bold')])] };
  if (proposal.refusal !== undefined) return refusedCard(view, run, proposal);
  const state = cardStateOf(view, run);
  const name = nameToType(run);
  const whyNot = whyNotYes(view, run);
  const told = (all: boolean): readonly Line[] => [
    ...proposalLines(view, run, proposal, all),
    ...diagnosisLines(view, run, all),
  ];
  const [short, long] = [told(false), told(true)];
  const differ = long.length > short.length || short.some((line) => lineWidth(line) > innerWidth(view));
  const tab = differ ? [state.calls ? 'tab short' : 'tab full calls'] : [];
  const foot: readonly Line[] = [
    ...(name === undefined ? [] : [typeLine(view, name, state.text, whyNot !== undefined)]),
    ...(state.complaint === undefined ? [] : [[pen.run(state.complaint, 'crit')]]),
    ...(whyNot === undefined
      ? []
      : [[pen.glyph('denied', 'warn'), pen.run(` ${whyNot}${armsFor(cockpit.arming)}`, 'warn')]]),
    hints(
      pen,
      proposal.undoes === undefined ? 'esc cancel' : 'esc keep',
      ...tab,
      ...yesWords(proposal, name, whyNot !== undefined),
    ),
  ];
  const head = titled(
    view,
    [pen.run(titleOf(proposal), 'bold')],
    proposal.title,
    dangerWord(pen, proposal.danger),
  );
  return {
    edge: edgeOf(proposal.danger),
    head: head.length,
    foot: foot.length,
    scroll: state.scroll,
    lines: [...head, ...(state.calls ? long : short), ...foot],
  };
};

const cardAt = (view: View, run: RunView): Card => {
  switch (run.stage) {
    case 'params':
      return paramsCard(view, run);
    case 'diagnosing':
    case 'planning':
      return planningCard(view, run);
    case 'proposed':
      return proposedCard(view, run);
    case 'window':
      return windowCard(view, run);
    case 'running':
      return runningCard(view, run);
    case 'ended':
      return endedCard(view, run);
  }
};

/** The card of a run, by what the run is at. What it acts on keeps its own name on it, also where others see it. */
export const runCard = (view: View, run: RunView): Card => {
  const names = run.proposal?.names ?? [];
  return cardAt(names.length === 0 ? view : { ...view, pen: view.pen.keeping(names) }, run);
};
