import { allPanes } from '../src/ui/app/index.ts';
import { cardKeyTables } from '../src/ui/features/cards/run-card-keys.ts';
import { columnListKeys } from '../src/ui/features/columns/columns-card.ts';
import { defaultAliases } from '../src/ui/features/command-line/completion.ts';
import { commandLineKeys } from '../src/ui/features/command-line/keys.ts';
import { hintCardKeys } from '../src/ui/features/drill/hints.ts';
import { scoreCardKeys } from '../src/ui/features/drill/score-card.ts';
import { environmentListKeys, runbookListKeys } from '../src/ui/features/environments/lists.ts';
import { helpKeys } from '../src/ui/features/help/help.ts';
import { messagesKeys } from '../src/ui/features/messages/card.ts';
import { paletteKeys } from '../src/ui/features/palette/palette.ts';
import { profileErrorKeys } from '../src/ui/features/profile-errors/keys.ts';
import { readerKeys } from '../src/ui/features/reader/reader.ts';
import { relatedKeys } from '../src/ui/features/related/card.ts';
import { timeTravelKeys } from '../src/ui/features/time-travel/keys.ts';
import { tourKeys } from '../src/ui/features/tour/tour.ts';
import { savedListKeys } from '../src/ui/features/views/saved-card.ts';
import type { Binding } from '../src/ui/shell/contract/pane.ts';
import { displayKeys, paneViewKeys } from '../src/ui/shell/keys/display-keys.ts';
import { actionKeys, searchAnywhereKeys } from '../src/ui/shell/keys/global-keys.ts';
import { historyKeys, moveKeys } from '../src/ui/shell/keys/move-keys.ts';
import { armDialogKeys, quitDialogKeys } from '../src/ui/shell/overlays/dialogs.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const row = ({ id, keys, description: does, danger }: Binding): string =>
  `| ${keys.map((key) => `\`${cell(key)}\``).join(' ')} | ${cell(does)} | \`${id}\` | ${danger ?? ''} |`;

const section = (title: string, bindings: readonly Binding[]): string => {
  const rows = bindings.filter((binding) => binding.keys.length > 0).map(row);
  return rows.length === 0
    ? ''
    : [`## ${title}`, '', '| key | action | id | danger |', '| --- | --- | --- | --- |', ...rows, ''].join(
        '\n',
      );
};

/** docs/reference/keys.md, generated from the tables of the keyboard listener, the footer and the help. */
export const keysPage = (): string =>
  [
    '# Keys',
    '',
    'Generated from the key tables in `src/ui` by `npm run docs`. An unavailable key stays in the help and in the palette,',
    'with the reason. In a text field only `enter`, `esc`, `tab`, the arrows, `f1` to `f12` and `ctrl-…` are keys.',
    '',
    '`keys:` in your [config.yaml](config.md) assigns other keys to a binding by its id, or none (`off`):',
    '',
    '```yaml',
    'keys: { row.down: [j, down, ctrl-n], ask: f5, environment: off }',
    '```',
    '',
    '`enter`, `esc`, `ctrl-c` and `?` are fixed. Keys that answer a card, a list or a question (`confirm`, `decline`, `tick`,',
    '`arm.yes` …) are fixed too, so that a confirmation is the same key on every machine; only moving within them can be',
    'changed. `help` and `quit` must have a key. If a key is already in use in the same context, the existing binding stays, and',
    'the cockpit reports the line and both ids when it starts.',
    '',
    'A pane key (`1` to `9`, or a capital letter) focuses its pane. A second press zooms it: the pane takes the whole screen.',
    'A pane that is not on the screen takes the place of the focused one, or in the overview the whole screen. `0` and `esc`',
    'return to the overview.',
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
    'During the cancel window of a run, any key cancels it before anything is sent.',
    '',
    section('Command', commandLineKeys),
    'Aliases of commands, besides those of `aliases` in config.yaml:',
    `${Object.entries(defaultAliases)
      .map(([word, command]) => `\`${word}\` ${command}`)
      .join(' · ')}.`,
    '',
    section('Palette', paletteKeys),
    section('Runbooks', runbookListKeys),
    section('Environments', environmentListKeys),
    section('Columns', columnListKeys),
    section('Saved views and bookmarks', savedListKeys),
    section('Arming', armDialogKeys),
    section('Quit during a run', quitDialogKeys),
    section('Help', helpKeys),
    section('Drill: hints', hintCardKeys),
    section('Drill: score card (:score)', scoreCardKeys),
    section('Tour (:tour)', tourKeys),
    section('Messages (:messages)', messagesKeys),
    section('Errors of a profile', profileErrorKeys),
    section('Related objects', relatedKeys),
    section('Text view (describe, YAML)', readerKeys),
  ]
    .filter((part, index, all) => part !== '' || all[index - 1] !== '')
    .join('\n');
