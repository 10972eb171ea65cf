import { cardKeyTables } from '../src/ui/features/cards/run-card-keys.ts';
import { defaultAliases } from '../src/ui/features/command-line/completion.ts';
import { commandLineKeys } from '../src/ui/features/command-line/keys.ts';
import { helpKeys } from '../src/ui/features/help/help.ts';
import { paletteKeys } from '../src/ui/features/palette/palette.ts';
import { readerKeys } from '../src/ui/features/reader/reader.ts';
import { timeTravelKeys } from '../src/ui/features/time-travel/keys.ts';
import { displayKeys, paneViewKeys } from '../src/ui/keys/display-keys.ts';
import { actionKeys, searchAnywhereKeys } from '../src/ui/keys/global-keys.ts';
import { historyKeys, moveKeys } from '../src/ui/keys/move-keys.ts';
import { armDialogKeys, quitDialogKeys } from '../src/ui/overlays/dialogs.ts';
import { environmentListKeys, runbookListKeys } from '../src/ui/overlays/lists.ts';
import { allPanes } from '../src/ui/panes/index.ts';
import type { Binding } from '../src/ui/panes/pane.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const row = ({ id, keys, description: does, danger }: Binding): string =>
  `| ${keys.map((key) => `\`${cell(key)}\``).join(' ')} | ${cell(does)} | \`${id}\` | ${danger ?? ''} |`;

const section = (title: string, bindings: readonly Binding[]): string => {
  const rows = bindings.filter((binding) => binding.keys.length > 0).map(row);
  return rows.length === 0
    ? ''
    : [`## ${title}`, '', '| key | does | id | danger |', '| --- | --- | --- | --- |', ...rows, ''].join(
        '\n',
      );
};

/** docs/reference/keys.md, from the very tables that the keyboard listener, the footer and help read. */
export const keysPage = (): string =>
  [
    '# Keys',
    '',
    'Made from the key tables in `src/ui`; `npm run docs` writes it. A key that cannot be used now stays in help and in the',
    'palette, and says why. In a text field only `enter`, `esc`, `tab`, the arrows, `f1` to `f12` and `ctrl-…` are keys.',
    '',
    '`keys:` in your [config.yaml](config.md) gives a binding other keys by its id, or none (`off`):',
    '',
    '```yaml',
    'keys: { row.down: [j, down, ctrl-n], ask: f5, environment: off }',
    '```',
    '',
    'What is safe stays so. `enter`, `esc`, `ctrl-c` and `?` mean the same everywhere and are given to nothing else. What answers a',
    'card, a list or a question (`confirm`, `decline`, `tick`, `arm.yes` …) keeps its key, so that a yes is the same key on every',
    'machine and never a letter that is typed elsewhere; only moving in them can be changed. `help` and `quit` must have a key. A key',
    'that something live at the same time has already stays there: the cockpit says so when it starts, with the line and both ids.',
    '',
    section('Everywhere', [
      ...displayKeys,
      ...moveKeys,
      ...searchAnywhereKeys,
      ...paneViewKeys,
      ...historyKeys,
      ...timeTravelKeys,
      ...actionKeys,
    ]),
    ...allPanes().map((pane) =>
      section(pane.key === undefined ? pane.title : `${pane.key} ${pane.title}`, pane.keys),
    ),
    ...cardKeyTables.map(({ title, bindings }) => section(title, bindings)),
    'While a run is in its cancel window, any key cancels it: nothing has been sent by then.',
    '',
    section('Command', commandLineKeys),
    'Words that mean a command, besides those of `aliases` in config.yaml:',
    `${Object.entries(defaultAliases)
      .map(([word, command]) => `\`${word}\` ${command}`)
      .join(' · ')}.`,
    '',
    section('Palette', paletteKeys),
    section('Runbooks', runbookListKeys),
    section('Environments', environmentListKeys),
    section('Arming', armDialogKeys),
    section('Quitting while a run is going', quitDialogKeys),
    section('Help', helpKeys),
    section('A text about an object', readerKeys),
  ]
    .filter((part, index, all) => part !== '' || all[index - 1] !== '')
    .join('\n');
