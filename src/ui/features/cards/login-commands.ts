import { formatArgv } from '../../../domain/text/format.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import { loginResult } from './login-keys.ts';

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
    ...(context.view.canSuspend
      ? {}
      : { whyNot: 'the login command needs a terminal, and opsdeck runs without one' }),
    run: (now) =>
      void now.runInTerminal(argv).then((end) => {
        const { ok, why } = loginResult(argv, end);
        now.notify(why);
        if (ok) now.commands.askNow();
      }),
  }));
