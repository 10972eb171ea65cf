import type { CockpitState, EnvironmentRef } from '../../../store/cockpit.ts';
import { type Card, cardHeading, cardInnerWidth, keyHints, visiblePage } from '../../kit/components/card.ts';
import { cursorAt, cursorIndexIn, isCursorTargetGone } from '../../kit/components/cursor.ts';
import { justifyLine, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { Dialog } from '../../shell/contract/dialog.ts';
import { noOverlay, type OverlayKinds } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { helpKey, quitKey } from '../../shell/keys/shared-keys.ts';
import { switchEnvironment } from '../../shell/navigation/navigate.ts';
import { needsEnvironmentChoice } from '../../shell/state/environment-choice.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';

type EnvironmentsOverlay = OverlayKinds['environments'];

const nameOf = ({ system, env }: EnvironmentRef): string => `${system}/${env}`;

const namesOf = ({ view }: KeyContext): readonly string[] => view.cockpit.environments.map(nameOf);

/** Wraps an action of the open list. */
const onList =
  (act: (context: KeyContext, overlay: EnvironmentsOverlay) => void) =>
  (context: KeyContext): void => {
    const { overlay } = context.view.ui;
    if (overlay.is === 'environments') act(context, overlay);
  };

const move = (step: number): Binding['run'] =>
  onList((context, overlay) => {
    const names = namesOf(context);
    const cursor = cursorAt(names, cursorIndexIn(names, overlay.cursor) + step);
    context.model.setState({ overlay: { ...overlay, cursor } });
  });

/** Opens the selected environment; not its successor if it is gone. */
const openChosen = onList((context, { cursor }) => {
  const names = namesOf(context);
  if (isCursorTargetGone(names, cursor)) return context.notify(`${cursor.key} is no longer in the list`);
  const name = names[cursorIndexIn(names, cursor)];
  if (name !== undefined) switchEnvironment(context, name);
});

/** Why the open environment cannot be saved as a profile. */
export const whyNotSaved = ({ open }: Pick<CockpitState, 'open'>): string | undefined =>
  open?.isDiscovered === true ? undefined : 'only here, which has no profile, can be saved as one';

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
    description: 'close the list',
    footer: 'close',
    whyNot: (context) =>
      mustChoose(context)
        ? `choose an environment, or press ${boundKey(context.view.cockpit, 'quit', 'q')} to quit`
        : undefined,
    run: ({ model }) => model.setState({ overlay: noOverlay }),
  },
  {
    ...quitKey,
    description: 'quit opsdeck',
    whyNot: (context) => (mustChoose(context) ? undefined : 'press esc to close this list'),
  },
  { id: 'list.down', keys: ['j', 'down'], description: 'move down', run: move(1) },
  { id: 'list.up', keys: ['k', 'up'], description: 'move up', run: move(-1) },
  {
    id: 'environment.save',
    keys: ['S'],
    description: 'save what was found here as a profile',
    whyNot: ({ view }) => whyNotSaved(view.cockpit),
    run: ({ model, commands }) => {
      model.setState({ overlay: noOverlay });
      commands.saveProfile();
    },
  },
  helpKey,
];

/** Renders the environment list, with tiers in their colors. */
const renderEnvironmentList = (context: KeyContext, position: number, room: number): Card => {
  const { pen, cockpit } = context.view;
  const { file } = cockpit.environments[position] ?? {};
  // A profile path may contain a person's name, so share mode hides it.
  const from: readonly StyledLine[] =
    file === undefined || pen.shared
      ? []
      : [[pen.run('profile ', 'faint'), pen.run(pen.cutInside(file, cardInnerWidth(context.view) - 8))]];
  const seen = visiblePage('environments', cockpit.environments.length, position, room - from.length);
  const name = ({ system, env }: EnvironmentRef): string => pen.maskText(`${system}/${env}`);
  const nameCells = Math.max(0, ...cockpit.environments.map((environment) => widthOf(name(environment))));
  const lines = cockpit.environments
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
        [pen.run('ENVIRONMENTS', 'bold')],
        [pen.run(`${cockpit.environments.length}`)],
      ),
      ...lines,
      ...from,
      keyHints(
        pen,
        'enter open',
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
  keys: () => environmentListKeys,
  list: { entries: namesOf, page: 'environments', movesByItself: true },
  render: (context, { cursor }, room) =>
    renderEnvironmentList(context, cursorIndexIn(namesOf(context), cursor), room),
  samples: [{ is: 'environments', cursor: { index: 0 } }],
};
