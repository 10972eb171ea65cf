import { argvLine } from '../../../domain/argv.ts';
import type { Hand } from '../../panes/pane.ts';
import { answerOf } from '../cards/login-keys.ts';
import type { Item } from '../palette/items.ts';

/** What renews the logins of sources that are blind because of one: the profile's word, else what their tools are known by. */
const loginsOf = ({ view }: Hand): ReadonlyMap<string, readonly string[]> => {
  const { logins = {} } = view.cockpit.open ?? {};
  const found = (view.own?.snapshot.faults ?? []).flatMap(({ source, kind, login }) => {
    const argv = kind === 'denied' ? (logins[source] ?? login) : undefined;
    return argv === undefined || argv.length === 0 ? [] : [[source, argv] as const];
  });
  return new Map(found);
};

/** `:login SOURCE`, one for each login that has expired. */
export const loginItems = (hand: Hand): readonly Item[] =>
  [...loginsOf(hand)].map(([source, argv]) => ({
    id: `login ${source}`,
    text: `log in again for ${source}: ${argvLine(argv)}`,
    command: `login ${source}`,
    ...(hand.view.canSuspend ? {} : { whyNot: 'there is no terminal to give to it here' }),
    run: (now) =>
      void now.lend(argv).then((end) => {
        const { ok, why } = answerOf(argv, end);
        now.say(why);
        if (ok) now.commands.askNow();
      }),
  }));
