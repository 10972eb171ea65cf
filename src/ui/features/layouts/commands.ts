import { bands as asItComes, overviewPanes } from '../../frame/bands.ts';
import { jumped } from '../../keys/places.ts';
import { withLayout } from '../../model.ts';
import { allPanes } from '../../panes/index.ts';
import type { Hand, Pane } from '../../panes/pane.ts';
import type { Item } from '../palette/items.ts';
import { type Arrangement, beside, layoutOf, layoutsKept, moved, without, withPane } from './layout.ts';

const words: readonly string[] = ['save', 'reset', 'forget', 'hide', 'show', 'up', 'down', 'beside'];
const longestName = 40;

const arrange = ({ model }: Hand, change: (bands: Arrangement) => Arrangement): void =>
  model.setState((s) => ({ bands: change(s.bands ?? asItComes()) }));

const save = ({ model, view, say }: Hand, rest: string) => {
  const name = rest.trim();
  const { layouts } = view.ui;
  if (name === '' || /\s/.test(name) || name.length > longestName)
    return say(`a layout has a name of one word, at most ${longestName} letters: layout save NAME`);
  if (words.includes(name)) return say(`${name} is no name for a layout: layout ${name} is a command`);
  if (!Object.hasOwn(layouts, name) && Object.keys(layouts).length >= layoutsKept)
    return say(`there are ${layoutsKept} layouts already: layout forget NAME makes room`);
  model.setState((s) => ({ layouts: { ...s.layouts, [name]: layoutOf(s) } }));
  say(`layout ${name} saved for this environment`);
};

const reset = ({ model, say }: Hand): void => {
  jumped(model);
  model.setState(({ bands: _, split: __, ...s }) => ({ ...s, place: 'overview' }), true);
  say('the overview as it comes');
};

const tell = ({ view, say }: Hand): void => {
  const names = Object.keys(view.ui.layouts);
  say(names.length === 0 ? 'no layout is saved here: layout save NAME' : `layouts: ${names.join(', ')}`);
};

const forget = ({ model, say }: Hand, name: string): void => {
  model.setState((s) => {
    const { [name]: _, ...layouts } = s.layouts;
    return { layouts };
  });
  say(`layout ${name} forgotten`);
};

const savedItems = ({ view }: Hand): readonly Item[] =>
  Object.entries(view.ui.layouts).flatMap(([name, layout]): readonly Item[] => [
    {
      id: `layout ${name}`,
      text: `layout ${name}`,
      command: `layout ${name}`,
      run: ({ model, say }) => {
        jumped(model);
        model.setState((s) => withLayout(s, layout), true);
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
  change: (bands: Arrangement) => Arrangement,
): Item => ({
  id: `layout ${word} ${id}`,
  text: `${text}: ${title}`,
  command: `layout ${word} ${id}`,
  run: (hand) => arrange(hand, change),
});

const paneItems = ({ view }: Hand): readonly Item[] => {
  const shown = overviewPanes(view);
  const isShown = (id: string): boolean => shown.some((pane) => pane.id === id);
  return allPanes().flatMap((pane) =>
    shown.includes(pane)
      ? [
          ...(shown.length > 1
            ? [paneItem(pane, 'hide', 'leave out of the overview', (bands) => without(bands, pane.id))]
            : []),
          paneItem(pane, 'up', 'further up in the overview', (bands) => moved(bands, pane.id, -1, isShown)),
          paneItem(pane, 'down', 'further down in the overview', (bands) =>
            moved(bands, pane.id, 1, isShown),
          ),
        ]
      : [paneItem(pane, 'show', 'into the overview', (bands) => withPane(bands, pane.id))],
  );
};

const putBeside = (hand: Hand, rest: string) => {
  const [one = '', other = ''] = rest.trim().split(/\s+/);
  const missing = [one, other].find((id) => !allPanes().some((pane) => pane.id === id));
  if (missing !== undefined) return hand.say(`there is no pane ${missing}: layout beside PANE PANE`);
  arrange(hand, (bands) => beside(bands, one, other));
};

/** Commands about how the screen is set up. */
export const layoutItems = (hand: Hand): readonly Item[] => [
  { id: 'layout', text: 'which layouts are saved', command: 'layout', run: tell },
  { id: 'layout save', text: 'save this layout', command: 'layout save', takes: 'name', run: save },
  { id: 'layout reset', text: 'the overview as it comes', command: 'layout reset', run: reset },
  {
    id: 'layout beside',
    text: 'a pane of the overview beside another',
    command: 'layout beside',
    takes: 'pane pane',
    run: putBeside,
  },
  ...savedItems(hand),
  ...paneItems(hand),
];
