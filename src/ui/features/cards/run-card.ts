import { argvLine } from '../../../domain/argv.ts';
import { durationText } from '../../../domain/duration.ts';
import type { Proposal } from '../../../domain/proposal.ts';
import { isProduction } from '../../../runs/policy/tiers.ts';
import type { RunView } from '../../../store/run-types.ts';
import { inKeys } from '../../text/in-keys.ts';
import { type Line, lineWidth } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { armsFor, notArmed } from '../runbooks/actions.ts';
import type { Card } from './card.ts';
import { dangerWord, edgeOf, field, heading, hints, innerWidth, labelled, titled } from './card.ts';
import { diagnosisLines } from './diagnosis.ts';
import { endedCard } from './ended.ts';
import { gateLines, overridable } from './gate-lines.ts';
import { listed } from './listed.ts';
import { paramsCard, planningCard } from './params.ts';
import { proposalLines } from './proposal-lines.ts';
import { cardStateOf, nameToType, rightSoFar, whyNotYes } from './question.ts';
import { runningCard, windowCard } from './running.ts';

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
