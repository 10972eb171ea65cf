import { cardTables } from '../src/ui/cards/keys.ts';
import type { Binding } from '../src/ui/keys/binding.ts';
import { actKeys, findKeys } from '../src/ui/keys/everywhere.ts';
import { lookKeys, viewKeys } from '../src/ui/keys/look.ts';
import { moveKeys } from '../src/ui/keys/move.ts';
import { helpKeys } from '../src/ui/overlays/help.ts';
import { environmentKeys, runbookKeys } from '../src/ui/overlays/lists.ts';
import { paletteKeys } from '../src/ui/overlays/palette.ts';
import { armKeys, quitKeys } from '../src/ui/overlays/questions.ts';
import { panes } from '../src/ui/panes/index.ts';
import { pastKeys } from '../src/ui/past/keys.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const row = ({ keys, does, danger }: Binding): string =>
  `| ${keys.map((key) => `\`${cell(key)}\``).join(' ')} | ${cell(does)} | ${danger ?? ''} |`;

const section = (title: string, bindings: readonly Binding[]): string => {
  const rows = bindings.filter((binding) => binding.keys.length > 0).map(row);
  return rows.length === 0
    ? ''
    : [`## ${title}`, '', '| key | does | danger |', '| --- | --- | --- |', ...rows, ''].join('\n');
};

/** docs/keys.md, from the very tables that the keyboard listener, the footer and help read. */
export const keysPage = (): string =>
  [
    '# Keys',
    '',
    'Made from the key tables in `src/ui`; `npm run docs` writes it. A key that cannot be used now stays in help and in the',
    'palette, and says why. In a text field only `enter`, `esc`, `tab`, the arrows and `ctrl-…` are keys.',
    '',
    section('Everywhere', [...lookKeys, ...moveKeys, ...findKeys, ...viewKeys, ...pastKeys, ...actKeys]),
    ...panes.map((pane) =>
      section(pane.key === undefined ? pane.title : `${pane.key} ${pane.title}`, pane.keys),
    ),
    ...cardTables.map(({ title, bindings }) => section(title, bindings)),
    'While a run is in its cancel window, any key cancels it: nothing has been sent by then.',
    '',
    section('Palette', paletteKeys),
    section('Runbooks', runbookKeys),
    section('Environments', environmentKeys),
    section('Arming', armKeys),
    section('Quitting while a run is going', quitKeys),
    section('Help', helpKeys),
  ]
    .filter((part, index, all) => part !== '' || all[index - 1] !== '')
    .join('\n');
