import { runOutput, runsSource } from '../../../logs/format/run-output.ts';
import type { RunView } from '../../../store/run-types.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import type { View } from '../../view.ts';
import { openTarget } from '../logs/open-target.ts';
import { withRun } from './common-keys.ts';
import { runOnScreen } from './question.ts';

/** LOGS of what a run says. */
export const openOutput = (hand: Hand, run: string, title: string): void =>
  openTarget(hand, { scope: runOutput(run), chips: [], says: `LOGS: what "${title}" says` });

const idOf = ({ proposal, events }: RunView): string | undefined => proposal?.run ?? events[0]?.run;

/** Whether a run has said anything. */
const says = (run: RunView | undefined): boolean =>
  run?.events.some(({ event }) => event === 'acting' || event === 'ticking') === true;

/** LOGS show what the run says whose card was put away for that: going back goes back to the card. */
export const isFromCard = ({ cockpit: { run, logs } }: View): boolean => {
  const id = run?.background === true ? idOf(run) : undefined;
  return (
    id !== undefined && logs?.scope?.of.some(({ source, of }) => source === runsSource && of === id) === true
  );
};

/** From the card to its output, with the tools of LOGS: the card is put away, and the run goes on. */
export const outputKey: Binding = {
  id: 'card.output',
  keys: ['L'],
  does: 'LOGS of what it says: filter, search, save',
  footer: 'output',
  whyNot: ({ view }) => (says(runOnScreen(view)) ? undefined : 'it has done nothing yet'),
  run: withRun((hand, run) => {
    const id = idOf(run);
    if (id === undefined) return;
    hand.commands.background(true);
    openOutput(hand, id, run.proposal?.title ?? run.runbook.title);
  }),
};
