import { initialCursor } from '../../kit/components/cursor.ts';
import { defineFeature } from '../../shell/contract/features.ts';
import type { Binding } from '../../shell/contract/pane.ts';
import { renderCommandLine } from './command-line-card.ts';
import { matchingCommandIds } from './completion.ts';
import { commandLineField, commandLineKeys } from './keys.ts';

const commandKey: Binding = {
  id: 'command',
  keys: [':'],
  description: 'run a command by name',
  footer: 'command',
  run: ({ model }) => model.setState({ overlay: { is: 'command', text: '', cursor: initialCursor } }),
};

declare module '../../shell/contract/model.ts' {
  interface FeatureState {
    /** Command history of `:`, newest last. */
    readonly commands: readonly string[];
  }
}

/** The command line. */
export const commandLineFeature = defineFeature({
  name: 'command-line',
  state: { commands: [] },
  dialogs: {
    command: {
      title: () => 'COMMAND',
      keys: () => commandLineKeys,
      field: (command) => commandLineField(command),
      list: { entries: matchingCommandIds, page: 'command' },
      render: renderCommandLine,
      samples: [{ is: 'command', text: '', cursor: initialCursor }],
    },
  },
  keys: { search: [commandKey] },
});
