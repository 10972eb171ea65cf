import { withoutForeignDrills } from '../../../domain/facts/journal.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { boundKey } from '../state/keys-in-text.ts';

/** Changes are counted over this time: long enough for what led to an incident. */
const recentMs = 600_000;
/** Minimum width of a screen for the time. */
const roomy = 100;

const changesKey = ({ pen, cockpit }: RenderContext): StyledLine => [
  pen.run(`${boundKey(cockpit, 'pane.J', 'J')} `, 'key'),
];

/** '7 changes in 10m  J': the number of recent changes and the key that lists them; nothing while there were only older ones. */
export const recentChanges = (view: RenderContext): StyledLine => {
  const { pen, cockpit, now, columns, past } = view;
  if (cockpit.open === undefined || past !== undefined) return [];
  const journal = withoutForeignDrills(cockpit.journal, cockpit.open.embedded === true);
  const first = journal.findIndex(({ at }) => at > now - recentMs);
  const count = first === -1 ? 0 : journal.length - first;
  // The journal begins with the session: while it is empty, that is all that can be said.
  const isQuiet = journal.length === 0 && cockpit.messages.length === 0;
  if (isQuiet && columns >= roomy && view.own !== undefined)
    return [pen.run('no changes since opsdeck started  ', 'faint'), ...changesKey(view)];
  if (count === 0) return [];
  const time = columns >= roomy ? ` in ${formatDuration(recentMs)}` : '';
  return [pen.run(`${pluralize(count, 'change')}${time}  `, 'faint'), ...changesKey(view)];
};
