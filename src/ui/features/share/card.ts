import type { Hand } from '../../panes/pane.ts';
import { type Card, heading, hints } from '../cards/card.ts';

/** Asks whether everybody who sees this screen may see what it shows. */
export const unshareCard = ({ view }: Hand): Card => {
  const { pen } = view;
  return {
    edge: 'shared',
    lines: [
      heading(view, [pen.run('STOP SHARING', 'bold'), pen.run('  whoever sees this screen sees real names')]),
      [pen.run('hosts, addresses, clusters and users are on the next frame')],
      hints(pen, 'enter show them', 'esc stay shared', 'secrets stay masked'),
    ],
  };
};
