import type { EnvironmentRef } from '../../../store/cockpit.ts';
import { keyOf } from '../../keys/rebound.ts';
import { mustPick } from '../../overlays/picker.ts';
import type { Hand } from '../../panes/pane.ts';
import { type Line, spread } from '../../text/run.ts';
import { widthOf } from '../../text/width.ts';
import { type Card, heading, hints, innerWidth } from '../cards/card.ts';
import { pageOf } from '../reader/page.ts';

/** Every environment that can be opened, with its tier in its colour. */
export const environmentsCard = (hand: Hand, at: number, room: number): Card => {
  const { pen, cockpit } = hand.view;
  const { file } = cockpit.environments[at] ?? {};
  // Where a profile is may name a person, and nothing on a shared screen needs it.
  const from: readonly Line[] =
    file === undefined || pen.shared
      ? []
      : [[pen.run('profile ', 'faint'), pen.run(pen.cutInside(file, innerWidth(hand.view) - 8))]];
  const seen = pageOf('environments', cockpit.environments.length, at, room - from.length);
  const name = ({ system, env }: EnvironmentRef): string => pen.maskText(`${system}/${env}`);
  const nameCells = Math.max(0, ...cockpit.environments.map((one) => widthOf(name(one))));
  const lines = cockpit.environments.slice(seen.from, seen.from + seen.count).map((one, index): Line => {
    const chosen = seen.from + index === at;
    const open = one.env === cockpit.open?.env && one.system === cockpit.open.system;
    const left = [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      pen.run(`  ${name(one).padEnd(nameCells + 2)}`, chosen ? 'bold' : 'plain'),
      pen.run(one.title, 'faint'),
    ];
    return spread(
      left,
      [pen.run(open ? 'open  ' : ''), pen.run(` ${one.tier} `, `env.${one.tier}`)],
      innerWidth(hand.view),
      'plain',
      pen.mark,
    );
  });
  return {
    edge: 'focus',
    lines: [
      heading(hand.view, [pen.run('ENVIRONMENTS', 'bold')], [pen.run(`${cockpit.environments.length}`)]),
      ...lines,
      ...from,
      hints(
        pen,
        'enter open',
        mustPick(cockpit, hand.view.ui) ? `${keyOf(cockpit, 'quit', 'q')} quit` : 'esc close',
      ),
    ],
  };
};
