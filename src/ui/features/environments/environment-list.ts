import type { CockpitState, EnvironmentRef } from '../../../store/cockpit.ts';
import {
  type Card,
  cardHeading,
  cardInnerWidth,
  inputField,
  keyHints,
  visiblePage,
} from '../../kit/components/card.ts';
import { cursorAt, cursorIndexIn, initialCursor, isCursorTargetGone } from '../../kit/components/cursor.ts';
import { justifyLine, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { Dialog } from '../../shell/contract/dialog.ts';
import { noOverlay, type OverlayKinds } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext, TextField } from '../../shell/contract/pane.ts';
import { helpKey, quitKey } from '../../shell/keys/shared-keys.ts';
import { switchEnvironment } from '../../shell/navigation/navigate.ts';
import { needsEnvironmentChoice } from '../../shell/state/environment-choice.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';

type EnvironmentsOverlay = OverlayKinds['environments'];

const nameOf = ({ system, env }: EnvironmentRef): string => `${system}/${env}`;

/** The environments of the list: those whose name or title has every searched word. */
const listed = ({ view }: KeyContext, { text = '' }: EnvironmentsOverlay): readonly EnvironmentRef[] => {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return view.cockpit.environments.filter((environment) => {
    const shown = `${nameOf(environment)} ${environment.title}`.toLowerCase();
    return words.every((word) => shown.includes(word));
  });
};

const namesOf = (context: KeyContext, overlay: EnvironmentsOverlay): readonly string[] =>
  listed(context, overlay).map(nameOf);

/** Wraps an action of the open list. */
const onList =
  (act: (context: KeyContext, overlay: EnvironmentsOverlay) => void) =>
  (context: KeyContext): void => {
    const { overlay } = context.view.ui;
    if (overlay.is === 'environments') act(context, overlay);
  };

const move = (step: number): Binding['run'] =>
  onList((context, overlay) => {
    const names = namesOf(context, overlay);
    const cursor = cursorAt(names, cursorIndexIn(names, overlay.cursor) + step);
    context.model.setState({ overlay: { ...overlay, cursor } });
  });

/** Opens the selected environment; not its successor if it is gone. */
const openChosen = onList((context, overlay) => {
  const { cursor } = overlay;
  const names = namesOf(context, overlay);
  if (isCursorTargetGone(names, cursor))
    return context.notify(`${cursor.key} is no longer in the list: choose another entry`);
  const name = names[cursorIndexIn(names, cursor)];
  if (name !== undefined) switchEnvironment(context, name);
});

/** Why the open environment cannot be saved as a profile. */
export const whyNotSaved = ({ open }: Pick<CockpitState, 'open'>): string | undefined =>
  open?.isDiscovered === true
    ? undefined
    : 'only the environment here can be saved: the other environments already have a profile';

/** Changes the search, with the cursor on the first environment that it finds. */
const search = (context: KeyContext, part: Partial<EnvironmentsOverlay>): void =>
  onList((_, overlay) => context.model.setState({ overlay: { ...overlay, ...part, cursor: initialCursor } }))(
    context,
  );

const isSearching = ({ view: { ui } }: KeyContext): boolean =>
  ui.overlay.is === 'environments' && (ui.overlay.text ?? '') !== '';

const mustChoose = ({ view }: KeyContext): boolean => needsEnvironmentChoice(view.cockpit, view.ui);

/** Keys of the list. */
const environmentListKeys: readonly Binding[] = [
  {
    id: 'environment.open',
    keys: ['enter'],
    description: 'open the environment',
    footer: 'open',
    run: openChosen,
  },
  {
    id: 'list.close',
    keys: ['esc'],
    description: 'clear the search, or close the list',
    footer: 'close',
    whyNot: (context) =>
      mustChoose(context) && !isSearching(context)
        ? `choose an environment, or press ${boundKey(context.view.cockpit, 'quit', 'q')} to quit`
        : undefined,
    run: (context) =>
      isSearching(context) ? search(context, { text: '' }) : context.model.setState({ overlay: noOverlay }),
  },
  {
    ...quitKey,
    description: 'quit opsdeck',
    whyNot: (context) => (mustChoose(context) ? undefined : 'press esc to close this list'),
  },
  { id: 'list.down', keys: ['j', 'down'], description: 'move down', run: move(1) },
  { id: 'list.up', keys: ['k', 'up'], description: 'move up', run: move(-1) },
  { id: 'list.first', keys: ['g', 'home'], description: 'go to the first environment', run: move(-Infinity) },
  { id: 'list.last', keys: ['G', 'end'], description: 'go to the last environment', run: move(Infinity) },
  {
    id: 'environment.search',
    keys: ['/'],
    description: 'search names and titles',
    footer: 'search',
    run: (context) => search(context, { typing: true, text: '' }),
  },
  {
    id: 'environment.save',
    keys: ['S'],
    description: 'save the systems that opsdeck found here as a profile',
    whyNot: ({ view }) => whyNotSaved(view.cockpit),
    run: ({ model, commands }) => {
      model.setState({ overlay: noOverlay });
      commands.saveProfile();
    },
  },
  helpKey,
];

/** Above this number the key line offers the search. */
const manyEnvironments = 8;

/** Keys while a search is typed. */
const searchKeys: readonly Binding[] = [
  {
    id: 'environment.searched',
    keys: ['enter'],
    description: 'keep the search',
    footer: 'keep',
    run: onList(({ model }, overlay) => model.setState({ overlay: { ...overlay, typing: false } })),
  },
  {
    id: 'environment.clear',
    keys: ['esc'],
    description: 'clear the search',
    footer: 'clear',
    run: (context) => search(context, { text: '', typing: false }),
  },
];

const searchField = ({ text = '' }: EnvironmentsOverlay): TextField => ({
  value: text,
  set: (context, typed) => search(context, { text: typed }),
});

/** Renders the environment list, with tiers in their colors. */
const renderEnvironmentList = (context: KeyContext, overlay: EnvironmentsOverlay, room: number): Card => {
  const { pen, cockpit } = context.view;
  const environments = listed(context, overlay);
  const position = cursorIndexIn(environments.map(nameOf), overlay.cursor);
  const { text = '', typing = false } = overlay;
  const { file } = environments[position] ?? {};
  // A profile path may contain a person's name, so share mode hides it.
  const from: readonly StyledLine[] =
    file === undefined || pen.shared
      ? []
      : [[pen.run('profile ', 'faint'), pen.run(pen.cutInside(file, cardInnerWidth(context.view) - 8))]];
  const seen = visiblePage('environments', environments.length, position, room - from.length);
  const name = ({ system, env }: EnvironmentRef): string => pen.maskText(`${system}/${env}`);
  const nameCells = Math.max(0, ...environments.map((environment) => widthOf(name(environment))));
  const lines = environments
    .slice(seen.from, seen.from + seen.count)
    .map((environment, index): StyledLine => {
      const chosen = seen.from + index === position;
      const open = environment.env === cockpit.open?.env && environment.system === cockpit.open.system;
      const left = [
        chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
        pen.run(`  ${name(environment).padEnd(nameCells + 2)}`, chosen ? 'bold' : 'plain'),
        pen.run(environment.title, 'faint'),
      ];
      return justifyLine(
        left,
        [pen.run(open ? 'open  ' : ''), pen.run(` ${environment.tier} `, `env.${environment.tier}`)],
        cardInnerWidth(context.view),
        'plain',
        pen.ellipsis,
      );
    });
  return {
    edge: 'focus',
    lines: [
      cardHeading(
        context.view,
        [
          pen.run('ENVIRONMENTS', 'bold'),
          ...(typing || text !== '' ? [pen.run('  /', 'key'), ...inputField(pen, text)] : []),
        ],
        [
          pen.run(
            text === ''
              ? `${environments.length}`
              : `${environments.length} of ${cockpit.environments.length}`,
          ),
        ],
      ),
      ...lines,
      ...(lines.length === 0 ? [[pen.run('no environment matches these words', 'loading')]] : []),
      ...from,
      keyHints(
        pen,
        'enter open',
        ...(environments.length > manyEnvironments ? ['/ search'] : []),
        ...(cockpit.open?.isDiscovered === true ? ['S save here as a profile'] : []),
        needsEnvironmentChoice(cockpit, context.view.ui)
          ? `${boundKey(cockpit, 'quit', 'q')} quit`
          : 'esc close',
      ),
    ],
  };
};

/** The list of environments. */
export const environmentsDialog: Dialog<EnvironmentsOverlay> = {
  title: () => 'ENVIRONMENTS',
  keys: ({ typing }) => (typing === true ? searchKeys : environmentListKeys),
  field: (overlay) => (overlay.typing === true ? searchField(overlay) : undefined),
  list: { entries: namesOf, page: 'environments', movesByItself: true },
  render: renderEnvironmentList,
  samples: [
    { is: 'environments', cursor: initialCursor },
    { is: 'environments', cursor: initialCursor, typing: true },
  ],
};
