import type { RunView } from '../../../store/run-types.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { withRun } from './common-keys.ts';
import { overridable } from './gate-lines.ts';
import { runOnScreen } from './question.ts';
import { copyCommand } from './run-command.ts';

const idOf = ({ proposal, events }: RunView): string | undefined => proposal?.run ?? events[0]?.run;

/** Asks for the reason for which a freeze or quiet hours are broken. */
export const overrideKey: Binding = {
  id: 'card.override',
  keys: ['o'],
  does: 'break a freeze or quiet hours (asks why)',
  footer: 'override',
  acts: true,
  whyNot: ({ view }) => {
    const proposal = runOnScreen(view)?.proposal;
    return proposal === undefined || overridable(proposal) === undefined
      ? 'no freeze and no quiet hours say no here'
      : undefined;
  },
  run: withRun(({ model, view }, { proposal }) => {
    const check = proposal && overridable(proposal);
    if (proposal === undefined || check === undefined) return;
    const about = `${check.what}: ${check.why}`;
    model.setState({
      overlay: { is: 'words', why: 'override', run: proposal.run, about, text: '', over: view.ui.overlay },
    });
  }),
};

/** Asks for a note on a run. */
export const askNote = ({ model, view }: Hand, run: string, title: string): void =>
  model.setState({
    overlay: { is: 'words', why: 'note', run, about: title, text: '', over: view.ui.overlay },
  });

export const noteKey: Binding = {
  id: 'card.note',
  keys: ['!'],
  does: 'note: your words go into the ledger with the run',
  footer: 'note',
  run: withRun((hand, run) => {
    const id = idOf(run);
    if (id !== undefined) askNote(hand, id, run.proposal?.title ?? run.runbook.title);
  }),
};

export const copyKey: Binding = {
  id: 'card.copy',
  keys: ['y'],
  does: 'copy it as a command: opsdeck run …',
  whyNot: ({ view }) =>
    runOnScreen(view)?.proposal?.undoes === undefined ? undefined : 'an undo is no runbook of the profile',
  run: withRun((hand, { proposal }) => {
    if (proposal !== undefined) copyCommand(hand, proposal);
  }),
};

/** From fresh reads, with the same parameters, through every gate. */
export const proposeAgain = (hand: Hand, run: RunView) => {
  const { undoes } = run.proposal ?? {};
  if (undoes !== undefined) return hand.commands.undo(undoes);
  const params = Object.entries(run.params).map(([name, value]): [string, string | readonly string[]] => [
    name,
    typeof value === 'object' ? value : String(value),
  ]);
  hand.commands.propose(run.runbook.id, Object.fromEntries(params));
};
