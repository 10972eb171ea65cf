import { cursorIndexIn } from '../../kit/components/cursor.ts';
import { defineFeature } from '../../shell/contract/features.ts';
import {
  foreignCellLine,
  rowRunbookKey,
  rowRunbookLines,
  rowRunbookReason,
} from '../runbook-matching/row-runbooks.ts';
import { runbooksPane } from './pane.ts';
import { actionListKeys, runKeys } from './run-keys.ts';
import { orderedRunbookIds, runbookListKeys, runbookSearchField, runbookSearchKeys } from './runbook-list.ts';
import { renderRunbookList } from './runbooks-card.ts';

/** The runbooks, their list, and what they offer for a row. */
export const runbooksFeature = defineFeature({
  name: 'runbooks',
  panes: [runbooksPane],
  dialogs: {
    runbooks: {
      title: () => 'Runbooks',
      keys: ({ typing }) => (typing === true ? runbookSearchKeys : runbookListKeys),
      field: (overlay) => (overlay.typing === true ? runbookSearchField(overlay) : undefined),
      list: { entries: orderedRunbookIds, movesByItself: true },
      render: (context, { cursor }, room) =>
        renderRunbookList(context, cursorIndexIn(orderedRunbookIds(context), cursor), room),
      samples: [{ is: 'runbooks', cursor: { index: 0 } }],
    },
  },
  keys: { 'opened row': [rowRunbookKey], actions: actionListKeys, runs: runKeys },
  openedRow: { lines: rowRunbookLines, foreignLine: foreignCellLine, staysOpenReason: rowRunbookReason },
});
