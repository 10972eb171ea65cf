import { formatArgv } from '../../../domain/text/format.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { actionKeys } from '../../shell/keys/global-keys.ts';
import { isMouseEnabled } from '../../shell/terminal/mouse/mouse-setting.ts';
import { breakGlassCommandItems } from '../break-glass/command-items.ts';
import { approvalCommandItems } from '../cards/approval-keys.ts';
import { loginResult } from '../cards/login-keys.ts';
import { drillCommandItems } from '../drill/command-items.ts';
import { documentCommandItems } from '../external/commands.ts';
import { forwardCommandItems } from '../forwards/forward-key.ts';
import { layoutCommandItems } from '../layouts/commands.ts';
import { logCommandItems } from '../logs/commands.ts';
import { messageCommandItems } from '../messages/card.ts';
import { eventsCommandItems } from '../pods/events-command.ts';
import { podsPane } from '../pods/pane.ts';
import { topCommandItems } from '../pods/top-command.ts';
import { tourCommandItems } from '../tour/tour.ts';
import { viewCommandItems } from '../views/commands.ts';

/** Login commands of sources denied by an expired login: the profile's command, else the tool's default. */
const loginsOf = ({ view }: KeyContext): ReadonlyMap<string, readonly string[]> => {
  const { logins = {} } = view.cockpit.open ?? {};
  const entries = (view.own?.snapshot.faults ?? []).flatMap(({ source, kind, login }) => {
    const argv = kind === 'denied' ? (logins[source] ?? login) : undefined;
    return argv === undefined || argv.length === 0 ? [] : [[source, argv] as const];
  });
  return new Map(entries);
};

/** `:login SOURCE`, one per expired login. */
export const loginCommandItems = (context: KeyContext): readonly PaletteItem[] =>
  [...loginsOf(context)].map(([source, argv]) => ({
    id: `login ${source}`,
    text: `log in again for ${source}: ${formatArgv(argv)}`,
    command: `login ${source}`,
    ...(context.view.canSuspend ? {} : { whyNot: 'no terminal available for the login command' }),
    run: (now) =>
      void now.runInTerminal(argv).then((end) => {
        const { ok, why } = loginResult(argv, end);
        now.notify(why);
        if (ok) now.commands.askNow();
      }),
  }));

/** The environment list as a command. */
const environmentItem = (
  { whyNot, run }: Pick<Binding, 'whyNot' | 'run'>,
  context: KeyContext,
): PaletteItem => {
  const why = whyNot?.(context);
  return {
    id: 'env',
    text: 'list environments',
    command: 'env',
    ...(why === undefined ? {} : { whyNot: why }),
    run: (now) => run(now),
  };
};

const mouseItem = (on: boolean, isOn: boolean): PaletteItem => ({
  id: `mouse ${on ? 'on' : 'off'}`,
  text: on ? 'enable the mouse: clicks and wheel' : 'disable the mouse, so that the terminal selects text',
  command: `mouse ${on ? 'on' : 'off'}`,
  ...(on === isOn ? { whyNot: `already ${on ? 'on' : 'off'}` } : {}),
  run: ({ model, notify: say }) => {
    model.setState({ mouse: on });
    say(on ? 'mouse on: hold shift and drag to select text' : 'mouse off: :mouse on enables it again');
  },
});

/** Commands that control the cockpit itself. */
export const cockpitCommandItems = (context: KeyContext): readonly PaletteItem[] => [
  ...actionKeys.filter(({ id }) => id === 'environment').map((key) => environmentItem(key, context)),
  ...loginCommandItems(context),
  ...layoutCommandItems(context),
  ...viewCommandItems(context),
  ...logCommandItems(context),
  ...documentCommandItems(context),
  ...tourCommandItems(context),
  ...messageCommandItems(context),
  ...drillCommandItems(context),
  ...approvalCommandItems(context),
  ...breakGlassCommandItems(context),
  ...topCommandItems(podsPane),
  ...eventsCommandItems(context),
  ...forwardCommandItems(context),
  mouseItem(true, isMouseEnabled(context.view.ui, context.view.cockpit)),
  mouseItem(false, isMouseEnabled(context.view.ui, context.view.cockpit)),
  {
    id: 'quit at once',
    text: 'quit without asking; cancels the active run',
    command: 'quit!',
    run: ({ quit }) => quit(),
  },
];
