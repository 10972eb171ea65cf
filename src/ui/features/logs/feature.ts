import { defineFeature } from '../../shell/contract/features.ts';
import { logCommandItems } from './commands.ts';
import { severeLinesOfRows } from './lines-of-row.ts';
import { logListKeys, renderLogList } from './list-dialog.ts';
import { logsUnavailableReason, logTargetOf, openLogsKey, openLogTarget } from './log-target.ts';
import { openStreamsWhenVisible } from './open-when-visible.ts';
import { logsPane } from './pane.ts';
import { logSaveKeys, renderLogSaveDialog } from './save-dialog.ts';
import { initialLogViewState, type LogViewState } from './view/view-state.ts';
import { logsPaneId } from './view/view-state-access.ts';

declare module '../../shell/contract/model.ts' {
  interface FeatureState {
    /** View state of Logs. */
    readonly logs: LogViewState;
  }
}

/** The log lines, their lists and the dialog that saves them. */
export const logsFeature = defineFeature({
  name: 'logs',
  state: { logs: initialLogViewState },
  panes: [logsPane],
  dialogs: {
    'log-list': {
      title: () => 'Logs',
      keys: () => logListKeys,
      render: renderLogList,
      samples: [{ is: 'log-list', list: 'chips', cursor: { index: 0 } }],
    },
    'log-save': {
      title: () => 'SAVE',
      keys: () => logSaveKeys,
      render: (context, overlay) => renderLogSaveDialog(context, overlay),
      samples: [{ is: 'log-save', at: 0, what: 'shown', form: 'text', names: 'real' }],
    },
  },
  keys: { row: [openLogsKey] },
  services: {
    logs: {
      pane: logsPaneId,
      unavailableReason: logsUnavailableReason,
      targetOf: logTargetOf,
      open: openLogTarget,
      lines: severeLinesOfRows,
    },
  },
  commands: logCommandItems,
  follow: (parts) => [openStreamsWhenVisible(parts)],
});
