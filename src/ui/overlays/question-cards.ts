import { armsFor } from '../actions.ts';
import { type Card, field, heading, hints, innerWidth, labelCells, labelled, titled } from '../cards/card.ts';
import type { Hand } from '../keys/binding.ts';
import { countText } from '../text/ages.ts';

/** Asks why the environment is to be armed. */
export const armCard = (hand: Hand, text: string): Card => {
  const { pen, cockpit } = hand.view;
  const env = cockpit.open?.env.toUpperCase() ?? '';
  return {
    edge: 'armed',
    lines: [
      heading(hand.view, [
        pen.run(`ARM ${env}`, 'bold'),
        pen.run(`  it can then be changed${armsFor(cockpit.arming)}`),
      ]),
      labelled(pen, 'why', field(pen, text, 'plain', innerWidth(hand.view) - labelCells)),
      hints(pen, 'enter arm', 'esc stay read-only', 'the reason goes into the ledger'),
    ],
  };
};

/** Asks whether to leave while a run is going. */
export const quitCard = (hand: Hand): Card => {
  const { pen, cockpit, now } = hand.view;
  const { run } = cockpit;
  const since = countText(now - (run?.events[0]?.at ?? now));
  return {
    edge: 'warn',
    lines: [
      ...titled(
        hand.view,
        [pen.run('QUIT', 'bold')],
        `${run?.runbook.title ?? ''} has been running for ${since}`,
      ),
      [pen.run('it is cancelled; what was sent stays sent and is in the ledger')],
      hints(pen, 'enter quit', 'esc stay'),
    ],
  };
};
