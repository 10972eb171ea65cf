import { argvLine } from '../../../domain/argv.ts';
import type { ExpiredLogin } from '../../../domain/proposal.ts';
import type { RunView } from '../../../store/run-types.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { labelled } from './card.ts';
import { listed } from './listed.ts';

/** The login because of which the run on the card waits, or was refused. */
export const loginOf = (run: RunView): ExpiredLogin | undefined =>
  run.login ?? (run.stage === 'proposed' ? run.proposal?.refusal?.login : undefined);

/** What was denied, and what renews it. */
export const loginLines = (view: View, { source, why, argv }: ExpiredLogin): readonly Line[] => [
  [view.pen.glyph('denied', 'down'), view.pen.run(` denied: login expired · ${source}`, 'bold')],
  ...listed(view, 'why', [why], { all: true }),
  labelled(
    view.pen,
    'renew',
    argv === undefined ? 'nobody knows with which program: log in elsewhere' : argvLine(argv),
  ),
];
