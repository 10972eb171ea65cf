import { sentenceCase } from '../src/domain/text/sentence-case.ts';
import { features } from '../src/ui/app/features.ts';
import { defaultAliases } from '../src/ui/features/palette/completion.ts';
import { dialogOf } from '../src/ui/shell/contract/dialog.ts';
import type { OverlayKind } from '../src/ui/shell/contract/overlay.ts';
import type { Binding } from '../src/ui/shell/contract/pane.ts';
import { displayKeys, paneViewKeys } from '../src/ui/shell/keys/display-keys.ts';
import { actionKeys, searchAnywhereKeys } from '../src/ui/shell/keys/global-keys.ts';
import { historyKeys, moveKeys } from '../src/ui/shell/keys/move-keys.ts';

/** The keys of a dialog as it opens. */
const ofDialog = (kind: OverlayKind): readonly Binding[] => {
  const [sample] = features.dialogs[kind]?.samples ?? [];
  return sample === undefined ? [] : (dialogOf(features.dialogs, sample)?.keys(sample) ?? []);
};

/** The headings of dialogs, in their order on the page. A dialog that is not among them has its own title, at the end. */
const dialogHeadings: { readonly [K in OverlayKind]?: string } = {
  palette: 'Palette',
  runbooks: 'Runbooks',
  environments: 'Environments',
  columns: 'Columns',
  saved: 'Saved views and bookmarks',
  arm: 'Arming',
  acknowledge: 'Acknowledgement',
  'incident-menu': 'Menu of an incident',
  'incident-words': 'Text for an incident',
  checklist: 'Checklist item',
  words: 'Reason',
  'log-list': 'Lists of logs',
  'log-save': 'Saving logs',
  export: 'Export',
  unshare: 'End of share mode',
  quit: 'Quit during a run',
  help: 'Help',
  hints: 'Drill: hints',
  score: 'Drill: score card (:score)',
  messages: 'Messages (:messages)',
  related: 'Related objects',
  reader: 'Text view (describe, YAML)',
};

const isDialog = (kind: string): kind is OverlayKind => kind in features.dialogs;

const titleOf = (kind: OverlayKind): string => {
  const [sample] = features.dialogs[kind]?.samples ?? [];
  const title = sample === undefined ? undefined : dialogOf(features.dialogs, sample)?.title(sample);
  return sentenceCase((title ?? kind).toLowerCase());
};

/** Every dialog but the command line, whose aliases follow it. */
const otherDialogs = (): readonly { readonly kind: OverlayKind; readonly title: string }[] =>
  [...new Set([...Object.keys(dialogHeadings), ...Object.keys(features.dialogs)])]
    .filter(isDialog)
    .filter((kind) => kind !== 'command')
    .map((kind) => ({ kind, title: dialogHeadings[kind] ?? titleOf(kind) }));

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
      ...displayKeys(features),
      ...moveKeys,
      ...searchAnywhereKeys(features),
      ...paneViewKeys(features),
      ...historyKeys,
      ...features.keys('time'),
      ...actionKeys(features),
    ]),
    ...features.panes
      .all()
      .map((pane) => section(pane.key === undefined ? pane.title : `${pane.key} ${pane.title}`, pane.keys)),
    ...(features.runCard?.tables ?? []).map(({ title, bindings }) => section(title, bindings)),
    'During the cancel window of a run, any key cancels it before anything is sent.',
    '',
    section('Command', ofDialog('command')),
    'Aliases of commands, besides those of `aliases` in config.yaml:',
    `${Object.entries(defaultAliases)
      .map(([word, command]) => `\`${word}\` ${command}`)
      .join(' · ')}.`,
    '',
    ...otherDialogs().map(({ title, kind }) => section(title, ofDialog(kind))),
    section('Tour (:tour)', features.keys('tour')),
    section('Errors of a profile', features.keys('profile errors')),
  ]
    .filter((part, index, all) => part !== '' || all[index - 1] !== '')
    .join('\n');
