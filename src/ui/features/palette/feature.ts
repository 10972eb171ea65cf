import { initialCursor } from '../../kit/components/cursor.ts';
import { defineFeature } from '../../shell/contract/features.ts';
import type { Binding } from '../../shell/contract/pane.ts';
import { renderCommandLine } from './command-line-card.ts';
import { commandLineField, commandLineKeys } from './command-line-keys.ts';
import { matchingCommandIds } from './completion.ts';
import { paletteField, paletteKeys, paletteMatchIds } from './palette.ts';
import { paletteRows, renderPalette } from './palette-card.ts';

declare module '../../shell/contract/model.ts' {
  interface FeatureState {
    /** Ids of recently used palette items, newest first. */
    readonly recentItems: readonly string[];
    /** Command history of `:`, newest last. */
    readonly commands: readonly string[];
  }
}

const searchKeys: readonly Binding[] = [
  {
    id: 'command',
    keys: [':'],
    description: 'run a command by name',
    footer: 'command',
    run: ({ model }) => model.setState({ overlay: { is: 'command', text: '', cursor: initialCursor } }),
  },
  {
    id: 'palette',
    keys: ['ctrl-p'],
    description: 'open the palette, which finds commands by fuzzy search',
    footer: 'palette',
    footerMinColumns: 100,
    run: ({ model }) =>
      model.setState({
        overlay: { is: 'palette', mode: 'fuzzy', text: '', cursor: initialCursor, calls: false },
      }),
  },
];

/** Everything by name: the command line, and the palette, which also lists the actions of a row. */
export const paletteFeature = defineFeature({
  name: 'palette',
  state: { recentItems: [], commands: [] },
  dialogs: {
    command: {
      title: () => 'COMMAND',
      keys: () => commandLineKeys,
      field: (command) => commandLineField(command),
      list: { entries: matchingCommandIds, page: 'command' },
      render: renderCommandLine,
      samples: [{ is: 'command', text: '', cursor: initialCursor }],
    },
    palette: {
      title: () => 'Command palette',
      keys: () => paletteKeys,
      field: (palette) => paletteField(palette),
      list: { entries: paletteMatchIds, rows: paletteRows },
      render: renderPalette,
      samples: [{ is: 'palette', mode: 'fuzzy', text: '', cursor: initialCursor, calls: false }],
    },
  },
  keys: { search: searchKeys },
});
