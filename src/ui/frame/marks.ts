import { beganAt } from '../features/cards/progress.ts';
import { isGoing } from '../features/runbooks/actions.ts';
import { keyOf } from '../keys/rebound.ts';
import { countText } from '../text/ages.ts';
import type { Role } from '../theme/roles.ts';
import { liveView, type View } from '../view.ts';

/** A word about all of the screen that nobody may overlook: EMBEDDED. */
export interface Mark {
  readonly text: string;
  /** Absent: drawn as the environment's name is. */
  readonly role?: Role;
  /** It stands in the last row as well, beside the environment's name. */
  readonly below?: boolean;
}

/** From so many columns on a run has its name in the header. */
const roomy = 120;

/** ' RUN close-breaker 0:42, R ': a run whose card was put away goes on, and the key that shows it. */
const going = (view: View): readonly Mark[] => {
  const { cockpit, now } = liveView(view);
  const { run } = cockpit;
  if (run?.background !== true || !isGoing(cockpit)) return [];
  const name = view.columns >= roomy ? ` ${view.pen.cut(run.runbook.id, 24)}` : '';
  const since = countText(now - (beganAt(run) ?? now));
  const waits = run.ticking === undefined ? '' : ' waits for you';
  const key = keyOf(cockpit, 'runbook.card', 'R');
  return [{ text: ` RUN${name} ${since}${waits}, ${key} `, role: 'armed' }];
};

/** What is to be known of everything on this screen, besides its environment. One line for each. */
export const marksOf = (view: View): readonly Mark[] => {
  const { cockpit, ui, past } = view;
  return [
    ...going(view),
    ...(past === undefined ? [] : [{ text: ' PAST ', role: 'past', below: true } as const]),
    ...(ui.shared ? [{ text: ' SHARED ', role: 'shared', below: true } as const] : []),
    ...(cockpit.open?.embedded === true ? [{ text: 'EMBEDDED' }] : []),
  ];
};
