import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { parsePastTime } from '../../kit/text/past-time.ts';
import { returnToLive, travelTo } from '../../shell/contract/model.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { liveContext, toWallTime, wallNow } from '../../shell/contract/render-context.ts';

const stepMs: Millis = 60_000;
/** Times closer to now than this count as live. */
const liveMs: Millis = 15_000;
/** Snapshots are taken every 15 s, so a change is visible this long after it. */
const afterChangeMs: Millis = 15_000;

const historyOffReason = ({ view }: KeyContext): string | undefined =>
  view.hasHistory ? undefined : 'history is off in config.yaml, so there is no earlier data';

const alreadyLiveReason = ({ view }: KeyContext): string | undefined =>
  view.past === undefined ? 'already live' : undefined;

/** The current wall clock time, also during time travel. */
const liveWallNow = ({ view }: KeyContext): Millis => wallNow(liveContext(view));

/** The shown time: that of the snapshot, if one was found. */
const moment = (context: KeyContext): Millis =>
  context.view.past?.at ?? context.view.past?.requestedAt ?? liveWallNow(context);

const goTo = (context: KeyContext, time: Millis): void => {
  const { model, view } = context;
  if (time > liveWallNow(context) - liveMs) returnToLive(model);
  else travelTo(model, time, (view.past?.live ?? view).now);
};

const earlier = (context: KeyContext) => {
  const { past } = context.view;
  if (past === undefined || past.lookup.is === 'kept') return goTo(context, moment(context) - stepMs);
  const before = past.lookup.is === 'nothing' ? past.lookup.before : undefined;
  if (before === undefined) context.notify('opsdeck has recorded no older data');
  else goTo(context, before);
};

const later = (context: KeyContext) => {
  const { past } = context.view;
  if (past?.lookup.is === 'kept') return goTo(context, moment(context) + stepMs);
  const after = past?.lookup.is === 'nothing' ? past.lookup.after : undefined;
  if (after === undefined) returnToLive(context.model);
  else goTo(context, after);
};

/** Wall clock times at which journal changes are visible, oldest first. */
const changes = ({ view }: KeyContext): readonly Millis[] => {
  const live = liveContext(view);
  return live.cockpit.journal.map(({ at }) => toWallTime(live, at) + afterChangeMs);
};

/** Snapshots are 15 s apart; times closer than this are the same snapshot. */
const sameMs: Millis = 14_000;

const changeBefore = (context: KeyContext): void => {
  const from = context.view.past?.requestedAt ?? liveWallNow(context);
  const index = changes(context).findLast((change) => change < from - sameMs);
  if (index === undefined) context.notify('there is no earlier change in the journal');
  else goTo(context, index);
};

const changeAfter = (context: KeyContext): void => {
  const from = context.view.past?.requestedAt ?? liveWallNow(context);
  const index = changes(context).find((change) => change > from + sameMs);
  if (index === undefined) returnToLive(context.model);
  else goTo(context, index);
};

/** Keys for time travel in all panes. */
export const timeTravelKeys: readonly Binding[] = [
  {
    id: 'past.earlier',
    keys: ['<'],
    description: 'go back 1 min in every pane',
    footer: 'earlier',
    footerMinColumns: 140,
    whyNot: historyOffReason,
    run: earlier,
  },
  {
    id: 'past.later',
    keys: ['>'],
    description: 'go forward 1 min, up to live',
    footer: 'later',
    whyNot: alreadyLiveReason,
    run: later,
  },
  {
    id: 'past.change-before',
    keys: ['{'],
    description: 'go to the previous change in the journal',
    whyNot: historyOffReason,
    run: changeBefore,
  },
  {
    id: 'past.change-after',
    keys: ['}'],
    description: 'go to the next change, up to live',
    whyNot: alreadyLiveReason,
    run: changeAfter,
  },
  {
    id: 'past.live',
    keys: ['.'],
    description: 'return to live',
    footer: 'live',
    whyNot: alreadyLiveReason,
    run: ({ model }) => returnToLive(model),
  },
];

/** `:at 09:40`, `:at -25m`. */
export const timeTravelItem = (context: KeyContext): PaletteItem => {
  const whyNot = historyOffReason(context);
  return {
    id: 'past at',
    text: 'go to an earlier time: at 09:40, at -25m',
    command: 'at',
    argumentHint: '09:40 or -25m',
    ...defined({ whyNot }),
    run: (now, rest) => {
      const time = parsePastTime(rest, liveWallNow(now));
      if (time === undefined) now.notify(`at: invalid time "${rest}". Use 09:40, 09:40:15 or -25m`);
      else goTo(now, time);
    },
  };
};
