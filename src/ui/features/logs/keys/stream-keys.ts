import { pluralize } from '../../../../domain/text/count-text.ts';
import type { Binding } from '../../../shell/contract/pane.ts';
import { streamUnavailableReason } from '../view/view-state-access.ts';

/** Streams of each source that the key adds. */
const moreStreams = 50;

/** Reads the open scope again with more streams: their older lines belong between those of the others. */
export const readMoreStreamsKey: Binding = {
  id: 'logs.more',
  keys: ['&'],
  description: 'read 50 more streams of each source, when there are more than Logs follows at once',
  whyNot: (context) =>
    streamUnavailableReason(context) ??
    (context.view.cockpit.logs?.limit === undefined ? 'every stream is read' : undefined),
  run: ({ view, commands, notify: say }) => {
    const { logs } = view.cockpit;
    if (logs?.scope === undefined || logs.limit === undefined) return;
    const follow = logs.limit.streams + moreStreams;
    commands.logs.open({ ...logs.scope, follow });
    say(`Logs: reads up to ${pluralize(follow, 'stream')} of each source, each an open request`);
  },
};
