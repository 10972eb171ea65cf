import {
  currentLayout,
  maxSavedLayouts,
  movePaneBand,
  type OverviewBands,
  placeBeside,
  withoutPane,
  withPane,
} from '../../shell/contract/layout.ts';
import { applyLayout } from '../../shell/contract/model.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { KeyContext, Pane } from '../../shell/contract/pane.ts';
import { defaultBands as asItComes, panesInOverview } from '../../shell/layout/overview-bands.ts';
import { noteNavigation } from '../../shell/navigation/navigation.ts';

const words: readonly string[] = ['save', 'reset', 'forget', 'hide', 'show', 'up', 'down', 'beside'];
const longestName = 40;

const arrange = ({ model, view }: KeyContext, change: (bands: OverviewBands) => OverviewBands): void =>
  model.setState((s) => ({ bands: change(s.bands ?? asItComes(view)) }));

const save = ({ model, view, notify: say }: KeyContext, rest: string) => {
  const name = rest.trim();
  const { layouts } = view.ui;
  if (name === '' || /\s/.test(name) || name.length > longestName)
    return say(
      `the name of a layout must be one word of at most ${longestName} characters: layout save NAME`,
    );
  if (words.includes(name)) return say(`cannot use ${name} as a layout name: layout ${name} is a command`);
  if (!Object.hasOwn(layouts, name) && Object.keys(layouts).length >= maxSavedLayouts)
    return say(
      `you have saved ${maxSavedLayouts} layouts, the most that opsdeck keeps: delete one with layout forget NAME`,
    );
  model.setState((s) => ({ layouts: { ...s.layouts, [name]: currentLayout(s) } }));
  say(`layout ${name} saved for this environment`);
};

const reset = ({ model, notify: say }: KeyContext): void => {
  noteNavigation(model);
  model.setState(({ bands: _, split: __, ...s }) => ({ ...s, place: 'overview' }), true);
  say('the overview has the default layout again');
};

const listLayouts = ({ view, notify: say }: KeyContext): void => {
  const names = Object.keys(view.ui.layouts);
  say(
    names.length === 0 ? 'no saved layouts: save one with layout save NAME' : `layouts: ${names.join(', ')}`,
  );
};

const forget = ({ model, notify: say }: KeyContext, name: string): void => {
  model.setState((s) => {
    const { [name]: _, ...layouts } = s.layouts;
    return { layouts };
  });
  say(`layout ${name} deleted`);
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
      text: `delete layout ${name} (forget)`,
      command: `layout forget ${name}`,
      run: (context) => forget(context, name),
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
  run: (context) => arrange(context, change),
});

const paneItems = ({ view }: KeyContext): readonly PaletteItem[] => {
  const shown = panesInOverview(view);
  const isShown = (id: string): boolean => shown.some((pane) => pane.id === id);
  return view.features.panes
    .all()
    .flatMap((pane) =>
      shown.includes(pane)
        ? [
            ...(shown.length > 1
              ? [paneItem(pane, 'hide', 'hide in the overview', (bands) => withoutPane(bands, pane.id))]
              : []),
            paneItem(pane, 'up', 'move up in the overview', (bands) =>
              movePaneBand(bands, pane.id, -1, isShown),
            ),
            paneItem(pane, 'down', 'move down in the overview', (bands) =>
              movePaneBand(bands, pane.id, 1, isShown),
            ),
          ]
        : [paneItem(pane, 'show', 'show in the overview', (bands) => withPane(bands, pane.id))],
    );
};

const putBeside = (context: KeyContext, rest: string) => {
  const [word = '', other = ''] = rest.trim().split(/\s+/);
  const missing = [word, other].find(
    (id) => !context.view.features.panes.all().some((pane) => pane.id === id),
  );
  if (missing !== undefined) return context.notify(`unknown pane ${missing}: use layout beside PANE PANE`);
  arrange(context, (bands) => placeBeside(bands, word, other));
};

/** Commands that change the layout. */
export const layoutCommandItems = (context: KeyContext): readonly PaletteItem[] => [
  { id: 'layout', text: 'list saved layouts', command: 'layout', run: listLayouts },
  {
    id: 'layout save',
    text: 'save the current layout',
    command: 'layout save',
    argumentHint: 'name',
    run: save,
  },
  { id: 'layout reset', text: 'restore the default overview', command: 'layout reset', run: reset },
  {
    id: 'layout beside',
    text: 'put two overview panes side by side',
    command: 'layout beside',
    argumentHint: 'pane pane',
    run: putBeside,
  },
  ...savedItems(context),
  ...paneItems(context),
];
