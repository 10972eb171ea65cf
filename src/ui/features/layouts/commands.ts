import { defaultBands as asItComes, panesInOverview } from '../../frame/overview-bands.ts';
import { noteNavigation } from '../../keys/navigation.ts';
import { applyLayout } from '../../model.ts';
import { allPanes } from '../../panes/index.ts';
import type { KeyContext, Pane } from '../../panes/pane.ts';
import type { PaletteItem } from '../palette/palette-item.ts';
import {
  currentLayout,
  maxSavedLayouts,
  movePaneBand,
  type OverviewBands,
  placeBeside,
  withoutPane,
  withPane,
} from './layout.ts';

const words: readonly string[] = ['save', 'reset', 'forget', 'hide', 'show', 'up', 'down', 'beside'];
const longestName = 40;

const arrange = ({ model }: KeyContext, change: (bands: OverviewBands) => OverviewBands): void =>
  model.setState((s) => ({ bands: change(s.bands ?? asItComes()) }));

const save = ({ model, view, notify: say }: KeyContext, rest: string) => {
  const name = rest.trim();
  const { layouts } = view.ui;
  if (name === '' || /\s/.test(name) || name.length > longestName)
    return say(`a layout has a name of one word, at most ${longestName} letters: layout save NAME`);
  if (words.includes(name)) return say(`${name} is no name for a layout: layout ${name} is a command`);
  if (!Object.hasOwn(layouts, name) && Object.keys(layouts).length >= maxSavedLayouts)
    return say(`there are ${maxSavedLayouts} layouts already: layout forget NAME makes room`);
  model.setState((s) => ({ layouts: { ...s.layouts, [name]: currentLayout(s) } }));
  say(`layout ${name} saved for this environment`);
};

const reset = ({ model, notify: say }: KeyContext): void => {
  noteNavigation(model);
  model.setState(({ bands: _, split: __, ...s }) => ({ ...s, place: 'overview' }), true);
  say('the overview as it comes');
};

const tell = ({ view, notify: say }: KeyContext): void => {
  const names = Object.keys(view.ui.layouts);
  say(names.length === 0 ? 'no layout is saved here: layout save NAME' : `layouts: ${names.join(', ')}`);
};

const forget = ({ model, notify: say }: KeyContext, name: string): void => {
  model.setState((s) => {
    const { [name]: _, ...layouts } = s.layouts;
    return { layouts };
  });
  say(`layout ${name} forgotten`);
};

const savedItems = ({ view }: KeyContext): readonly PaletteItem[] =>
  Object.entries(view.ui.layouts).flatMap(([name, layout]): readonly PaletteItem[] => [
    {
      id: `layout ${name}`,
      text: `layout ${name}`,
      command: `layout ${name}`,
      run: ({ model, notify: say }) => {
        noteNavigation(model);
        model.setState((s) => applyLayout(s, layout), true);
        say(`layout ${name}`);
      },
    },
    {
      id: `layout forget ${name}`,
      text: `forget the layout ${name}`,
      command: `layout forget ${name}`,
      run: (hand) => forget(hand, name),
    },
  ]);

const paneItem = (
  { id, title }: Pane,
  word: string,
  text: string,
  change: (bands: OverviewBands) => OverviewBands,
): PaletteItem => ({
  id: `layout ${word} ${id}`,
  text: `${text}: ${title}`,
  command: `layout ${word} ${id}`,
  run: (hand) => arrange(hand, change),
});

const paneItems = ({ view }: KeyContext): readonly PaletteItem[] => {
  const shown = panesInOverview(view);
  const isShown = (id: string): boolean => shown.some((pane) => pane.id === id);
  return allPanes().flatMap((pane) =>
    shown.includes(pane)
      ? [
          ...(shown.length > 1
            ? [paneItem(pane, 'hide', 'leave out of the overview', (bands) => withoutPane(bands, pane.id))]
            : []),
          paneItem(pane, 'up', 'further up in the overview', (bands) =>
            movePaneBand(bands, pane.id, -1, isShown),
          ),
          paneItem(pane, 'down', 'further down in the overview', (bands) =>
            movePaneBand(bands, pane.id, 1, isShown),
          ),
        ]
      : [paneItem(pane, 'show', 'into the overview', (bands) => withPane(bands, pane.id))],
  );
};

const putBeside = (hand: KeyContext, rest: string) => {
  const [one = '', other = ''] = rest.trim().split(/\s+/);
  const missing = [one, other].find((id) => !allPanes().some((pane) => pane.id === id));
  if (missing !== undefined) return hand.notify(`there is no pane ${missing}: layout beside PANE PANE`);
  arrange(hand, (bands) => placeBeside(bands, one, other));
};

/** Commands about how the screen is set up. */
export const layoutCommandItems = (hand: KeyContext): readonly PaletteItem[] => [
  { id: 'layout', text: 'which layouts are saved', command: 'layout', run: tell },
  { id: 'layout save', text: 'save this layout', command: 'layout save', argumentHint: 'name', run: save },
  { id: 'layout reset', text: 'the overview as it comes', command: 'layout reset', run: reset },
  {
    id: 'layout beside',
    text: 'a pane of the overview beside another',
    command: 'layout beside',
    argumentHint: 'pane pane',
    run: putBeside,
  },
  ...savedItems(hand),
  ...paneItems(hand),
];
