import { durationText } from '../../domain/duration.ts';
import { clockText } from '../../domain/format.ts';
import type { Call, Plan } from '../../domain/operation.ts';
import type { PlannedStep, Proposal } from '../../domain/run.ts';
import type { RunView } from '../../store/cockpit.ts';
import type { Pen } from '../text/pen.ts';
import type { Line } from '../text/run.ts';
import { wrap } from '../text/width.ts';
import type { View } from '../view.ts';
import { type Card, dangerWord, edgeOf, field, heading, hints, innerWidth, labelled } from './card.ts';
import { diagnosisLines } from './diagnosis.ts';
import { cardStateOf, nameToType, rightSoFar } from './question.ts';
import { refusedCard } from './refused.ts';

/** Targets and calls shown while the card is not opened wide by `tab`. */
const shortList = 3;

const plansOf = (proposal: Proposal): readonly Plan[] =>
  proposal.steps.flatMap((step) => (step.plan === undefined ? [] : [step.plan]));

/** The first entry beside the label, the others under it; cut to a few unless all are asked for. */
const listed = (pen: Pen, label: string, entries: readonly string[], all: boolean): readonly Line[] => {
  const shown = all ? entries : entries.slice(0, shortList);
  const lines = shown
    .flatMap((entry) => (all ? wrap(entry, innerWidth - 9) : [entry]))
    .map((text, index) => labelled(pen, index === 0 ? label : '', text));
  const more = entries.length - shown.length;
  return more > 0 ? [...lines, labelled(pen, '', `and ${more} more, tab shows them`, 'faint')] : lines;
};

const targetsOf = (proposal: Proposal, wallOffset: number): readonly string[] =>
  plansOf(proposal)
    .flatMap((plan) => plan.targets)
    .map(({ name, where, saw }) => {
      const at = where === '' || where === name ? '' : `, ${where}`;
      return `${name} ${saw}, pinned ${clockText(proposal.plannedAt + wallOffset)}${at}`;
    });

const callText = ({ line, body }: Call): string => (body === undefined ? line : `${line} ${body}`);

const manualLines = (pen: Pen, steps: readonly PlannedStep[]): readonly Line[] =>
  steps.filter((step) => step.manual).map((step) => labelled(pen, 'by hand', step.title));

const proofLines = (pen: Pen, run: RunView): readonly Line[] => {
  const { verify } = run.runbook;
  if (verify === 'none') return [labelled(pen, 'proof', 'none is needed', 'faint')];
  if (verify.length === 0)
    return [labelled(pen, 'proof', 'nobody wrote one: it cannot end as recovered', 'warn')];
  return verify.map((proof) =>
    labelled(pen, 'proof', `${proof.title}, within ${durationText(proof.withinMs)}`),
  );
};

const titleOf = (proposal: Proposal): string => {
  const where = proposal.tier === 'production' ? 'PRODUCTION' : proposal.env;
  return `${proposal.undoes === undefined ? 'CONFIRM' : 'UNDO'} IN ${where}`;
};

/** What the card is about: target, calls, what they touch, what is lost, what undoes it, how it will be proved. */
const bodyLines = (view: View, run: RunView, proposal: Proposal, all: boolean): readonly Line[] => {
  const { pen, wallOffset } = view;
  const plans = plansOf(proposal);
  const lost = plans.flatMap((plan) => plan.lost ?? []);
  const undo = proposal.steps.flatMap((step) => step.undo?.title ?? []);
  return [
    ...listed(pen, 'target', targetsOf(proposal, wallOffset), all),
    ...listed(pen, 'calls', plans.flatMap((plan) => plan.calls).map(callText), all),
    ...listed(
      pen,
      'touches',
      plans.flatMap((plan) => plan.objects),
      all,
    ),
    ...manualLines(pen, proposal.steps),
    labelled(
      pen,
      'lost',
      lost.length === 0 ? 'nothing' : lost.join('; '),
      lost.length === 0 ? 'faint' : 'warn',
    ),
    ...listed(pen, 'undo', undo.length === 0 ? ['none'] : undo, all),
    ...proofLines(pen, run),
  ];
};

const typeLine = (pen: Pen, name: string, typed: string): Line => {
  const right = rightSoFar(name, typed);
  const letters = [...typed];
  const wrong = letters.slice(right).join('');
  const left: Line = [
    pen.run('type  ', 'faint'),
    pen.run(name, 'bold'),
    pen.run('  to go on:  ', 'faint'),
    pen.run(letters.slice(0, right).join('')),
    ...field(pen, wrong, 'crit'),
  ];
  return heading(pen, left, [pen.run(`${right} of ${[...name].length}`, wrong === '' ? 'plain' : 'crit')]);
};

/** Everything one should know before saying yes, and how yes is said. */
export const proposedCard = (view: View, run: RunView): Card => {
  const { pen } = view;
  const { proposal } = run;
  if (proposal === undefined) return { edge: 'focus', lines: [heading(pen, [pen.run('PLANNING', 'bold')])] };
  if (proposal.refusal !== undefined) return refusedCard(view, run, proposal);
  const state = cardStateOf(view, run);
  const name = nameToType(run);
  const yes = name === undefined ? 'enter go on' : 'enter waits for the whole name';
  const complaint =
    state.complaint === undefined || state.complaint === '' ? [] : [[pen.run(state.complaint, 'crit')]];
  const window =
    proposal.gate.windowMs > 0 && name === undefined
      ? [`then ${durationText(proposal.gate.windowMs)} to cancel`]
      : [];
  return {
    edge: edgeOf(proposal.danger),
    foot: 1 + (name === undefined ? 0 : 1) + complaint.length,
    scroll: state.scroll,
    lines: [
      heading(
        pen,
        [pen.run(titleOf(proposal), 'bold'), pen.run(`   ${proposal.title}`)],
        dangerWord(pen, proposal.danger),
      ),
      ...bodyLines(view, run, proposal, state.calls),
      ...diagnosisLines(view, run),
      ...(name === undefined ? [] : [typeLine(pen, name, state.text)]),
      ...complaint,
      hints(pen, 'esc cancel', state.calls ? 'tab short' : 'tab full calls', yes, ...window),
    ],
  };
};
