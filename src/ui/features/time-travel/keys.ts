import type { Millis } from '../../../domain/fault.ts';
import { goLive, lookAt } from '../../model.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import type { Item } from '../palette/items.ts';
import { parseMoment } from './words.ts';

const stepMs: Millis = 60_000;
/** What is nearer to now than this is live. */
const liveMs: Millis = 15_000;
/** The first moment kept after something changed shows it: one is kept every 15 s. */
const afterChangeMs: Millis = 15_000;

const notKept = ({ view }: Hand): string | undefined =>
  view.keepsPast ? undefined : 'history is off here: nothing of earlier moments is kept';

const isLive = ({ view }: Hand): string | undefined => (view.past === undefined ? 'this is live' : undefined);

/** The machine's clock now, whatever is looked at. */
const wallNow = ({ view }: Hand): Millis => {
  const { now, wallOffset } = view.past?.live ?? view;
  return now + wallOffset;
};

/** The moment that is looked at: the one that was kept, where there is one. */
const moment = (hand: Hand): Millis => hand.view.past?.at ?? hand.view.past?.wanted ?? wallNow(hand);

const goTo = (hand: Hand, at: Millis): void => {
  const { model, view } = hand;
  if (at > wallNow(hand) - liveMs) goLive(model);
  else lookAt(model, at, (view.past?.live ?? view).now);
};

const earlier = (hand: Hand) => {
  const { past } = hand.view;
  if (past === undefined || past.looked.is === 'kept') return goTo(hand, moment(hand) - stepMs);
  const before = past.looked.is === 'nothing' ? past.looked.before : undefined;
  if (before === undefined) hand.say('nothing older was kept');
  else goTo(hand, before);
};

const later = (hand: Hand) => {
  const { past } = hand.view;
  if (past?.looked.is === 'kept') return goTo(hand, moment(hand) + stepMs);
  const after = past?.looked.is === 'nothing' ? past.looked.after : undefined;
  if (after === undefined) goLive(hand.model);
  else goTo(hand, after);
};

/** Moments that show what the journal tells of, oldest first, on the machine's clock. */
const changes = ({ view }: Hand): readonly Millis[] => {
  const { cockpit, wallOffset } = view.past?.live ?? view;
  return cockpit.journal.map(({ at }) => at + wallOffset + afterChangeMs);
};

/** Steps between kept moments are 15 s: what lies nearer than that is the same moment. */
const sameMs: Millis = 14_000;

const changeBefore = (hand: Hand): void => {
  const from = hand.view.past?.wanted ?? wallNow(hand);
  const at = changes(hand).findLast((change) => change < from - sameMs);
  if (at === undefined) hand.say('the journal has no earlier change');
  else goTo(hand, at);
};

const changeAfter = (hand: Hand): void => {
  const from = hand.view.past?.wanted ?? wallNow(hand);
  const at = changes(hand).find((change) => change > from + sameMs);
  if (at === undefined) goLive(hand.model);
  else goTo(hand, at);
};

/** Keys that move every pane to an earlier moment, and back. */
export const pastKeys: readonly Binding[] = [
  {
    id: 'past.earlier',
    keys: ['<'],
    does: 'every pane a minute earlier',
    footer: 'earlier',
    footerFrom: 140,
    whyNot: notKept,
    run: earlier,
  },
  {
    id: 'past.later',
    keys: ['>'],
    does: 'every pane a minute later, at last live',
    footer: 'later',
    whyNot: isLive,
    run: later,
  },
  {
    id: 'past.change-before',
    keys: ['{'],
    does: 'to the change before, by the journal',
    whyNot: notKept,
    run: changeBefore,
  },
  {
    id: 'past.change-after',
    keys: ['}'],
    does: 'to the change after, at last live',
    whyNot: isLive,
    run: changeAfter,
  },
  {
    id: 'past.live',
    keys: ['.'],
    does: 'back to live',
    footer: 'live',
    whyNot: isLive,
    run: ({ model }) => goLive(model),
  },
];

/** `:at 09:40`, `:at -25m`. */
export const atItem = (hand: Hand): Item => {
  const whyNot = notKept(hand);
  return {
    id: 'past at',
    text: 'look at an earlier moment: at 09:40, at -25m',
    command: 'at',
    takes: '09:40 or -25m',
    ...(whyNot === undefined ? {} : { whyNot }),
    run: (now, rest) => {
      const at = parseMoment(rest, wallNow(now));
      if (at === undefined) now.say(`at: "${rest}" is no moment; 09:40, 09:40:15 and -25m are`);
      else goTo(now, at);
    },
  };
};
