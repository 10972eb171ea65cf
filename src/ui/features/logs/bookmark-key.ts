import type { IncidentEvent } from '../../../domain/incidents/incident-event.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { observationKey } from '../../../incidents/observation-key.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import { ringRowHead } from './view/ring-row.ts';
import { bookmarkRows, selectedLogRows } from './view/rows.ts';

/** Lines that one key press adds: a record is read by people. */
const mostLines = 20;

/** The marked lines, or the one under the cursor. */
const chosenLines = ({ view }: KeyContext): readonly PaneRow[] => {
  const marked = bookmarkRows(view);
  return marked.length > 0 ? marked : selectedLogRows(view);
};

/** A line with its source and time. The same line added twice, also by another person, is in the record once. */
const bookmarkOf = ({ view }: KeyContext, row: PaneRow): IncidentEvent | undefined => {
  const { logs } = view.cockpit;
  const head = logs === undefined ? undefined : ringRowHead(logs.ring, Number(row.key));
  if (head === undefined) return undefined;
  const stream = logs?.streams[head.stream];
  const source = [stream?.source, stream?.label]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  const line = row.text;
  return {
    event: 'observed',
    kind: 'bookmark',
    key: observationKey(['bookmark', source, String(head.at), line]),
    text: `${source}: ${line}`,
    level: row.level,
    seenAt: head.at,
  };
};

/** Adds log lines to the open incident. */
export const logBookmarkKey: Binding = {
  id: 'logs.to-incident',
  keys: ['a'],
  description: 'add the line or marked lines to the open incident, with source and time',
  whyNot: (context) =>
    context.view.features.services.incident?.blockedReason(context) ??
    (chosenLines(context).length === 0 ? 'no line is selected: move the cursor to a line' : undefined),
  run: (context) => {
    const incident = context.view.features.services.incident?.openOne(context);
    const lines = chosenLines(context);
    const events = lines.slice(0, mostLines).flatMap((row) => bookmarkOf(context, row) ?? []);
    if (incident === undefined || events.length === 0) return;
    for (const event of events) context.commands.addToIncident(incident.id, event);
    const left = lines.length - events.length;
    context.notify(
      `${pluralize(events.length, 'line')} added to ${incident.id}${left > 0 ? `. ${left} more are marked: add at most ${mostLines} at once` : ''}`,
    );
  },
};
