import type { PastRun } from '../../../store/run-types.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { askNote } from '../cards/kept-keys.ts';
import { openOutput } from '../cards/output-key.ts';
import { noEnding } from '../cards/question.ts';
import { copyCommand } from '../cards/run-command.ts';
import { isGoing, whyNotAgain } from '../runbooks/actions.ts';

/** The run under the cursor. */
const runOf = ({ view, row }: Hand): PastRun | undefined =>
  view.cockpit.runs?.find(({ run }) => run === row?.key);

const noRun = (hand: Hand): string | undefined =>
  runOf(hand) === undefined ? 'no run is selected' : undefined;

const withPast =
  (act: (hand: Hand, run: PastRun) => void) =>
  (hand: Hand): void => {
    const run = runOf(hand);
    if (run !== undefined) act(hand, run);
  };

const notAgain = (hand: Hand): string | undefined => {
  const run = runOf(hand);
  return run === undefined ? noRun(hand) : whyNotAgain(hand.view.cockpit, run);
};

/** The run whole on the card; the one that goes on here is put back on it. */
export const openRun = ({ view, commands, say }: Hand, run: PastRun): void => {
  const { cockpit } = view;
  if (!isGoing(cockpit)) commands.showRun(run.run);
  else if (cockpit.run?.proposal?.run === run.run) commands.background(false);
  else say('a run is going: ctrl-c cancels it');
};

/** The keys of RUNS. Those that everywhere do the same to something else stand in their place. */
export const runKeys: readonly Binding[] = [
  {
    id: 'run.again',
    keys: ['a'],
    does: 'run it again with the same parameters, through every gate',
    footer: 'again',
    acts: true,
    whyNot: (hand) =>
      runOf(hand)?.undoes === undefined
        ? notAgain(hand)
        : 'it undid another run: u on that one undoes it again',
    run: withPast(({ commands }, { run }) => commands.rerun(run)),
  },
  {
    id: 'undo',
    keys: ['u'],
    does: 'undo it, with its own gates',
    footer: 'undo',
    acts: true,
    whyNot: (hand) => (['going', 'unknown'].includes(runOf(hand)?.unended ?? '') ? noEnding : notAgain(hand)),
    run: withPast(({ commands }, { run }) => commands.undo(run)),
  },
  {
    id: 'run.note',
    keys: ['!'],
    does: 'note: your words go into the ledger with the run',
    footer: 'note',
    whyNot: noRun,
    run: withPast((hand, { run, title }) => askNote(hand, run, title)),
  },
  {
    id: 'copy',
    keys: ['y'],
    does: 'copy it as a command: opsdeck run …',
    footer: 'copy',
    whyNot: (hand) =>
      runOf(hand)?.undoes === undefined ? noRun(hand) : 'an undo is no runbook of the profile',
    run: withPast(copyCommand),
  },
  {
    id: 'logs.here',
    keys: ['L'],
    does: 'LOGS of what it said: filter, search, save',
    whyNot: noRun,
    run: withPast((hand, { run, title }) => openOutput(hand, run, title)),
  },
  {
    id: 'ask',
    keys: ['r'],
    does: 'read the ledger again',
    footer: 'read again',
    run: ({ commands }) => commands.readRuns(),
  },
];
