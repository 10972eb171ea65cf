import { factKinds } from '../../../kinds/registry.ts';
import { type Counted, hiddenLines, withoutFacts } from '../../panes/state.ts';
import { counted } from '../../text/count.ts';
import type { Line } from '../../text/run.ts';
import type { EnvView, View } from '../../view.ts';
import { gather } from './gather.ts';

/** Questions that have not been answered yet and have not failed either, and sources that are not open yet. */
const awaited = ({ facts, snapshot }: EnvView): number => {
  const feeds = Object.values(facts.feeds).filter(
    ({ feed, known, faults }) => feed.everyMs > 0 && known === undefined && faults.length === 0,
  );
  return Math.max(feeds.length, ...factKinds().map((kind) => snapshot.kinds[kind].waiting));
};

const waitingLines = ({ pen }: View, waiting: number): readonly Line[] =>
  waiting === 0
    ? []
    : [
        [
          pen.run(' '),
          pen.glyph('loading', 'loading'),
          pen.run(
            ` ${counted(waiting, 'question')} not answered yet: what they hide is not known`,
            'loading',
          ),
        ],
      ];

/** '● nothing is wrong: 43 rows are OK, everything is seen', where that is so. */
const calmLine = ({ pen }: View, { snapshot }: EnvView, waiting: number): Line => {
  const levels = [
    ...snapshot.signals.map(({ level }) => level),
    ...factKinds().flatMap((kind) => snapshot.kinds[kind].rows.map(({ level }) => level)),
  ];
  const well = levels.filter((level) => level === 'ok').length;
  if (well === 0)
    return [
      pen.run(' '),
      pen.glyph('empty', 'loading'),
      pen.run(
        waiting > 0 ? ' nothing is read yet' : ' nothing is read here: no source of this profile gives rows',
        'loading',
      ),
    ];
  const held = snapshot.kinds.alerts.rows.filter(
    ({ fact, stale }) => !stale && (fact.state === 'silenced' || fact.state === 'inhibited'),
  ).length;
  const seen = waiting > 0 ? '' : ', everything is seen';
  const quiet = held === 0 ? '' : ` · ${counted(held, 'alert')} held back`;
  return [
    pen.run(' '),
    pen.glyph('ok', 'ok'),
    pen.run(
      ` nothing is wrong: ${counted(well, 'row')} ${well === 1 ? 'is' : 'are'} OK${seen}${quiet}`,
      'ok',
    ),
  ];
};

/** What is said where nothing is wrong, or not all of it is known. */
export const nowStates = (view: View, count: Counted): readonly Line[] => {
  const { own } = view;
  if (own === undefined) return [...hiddenLines(view, count), withoutFacts(view)];
  const { found, blind } = gather(view);
  const waiting = awaited(own);
  const isCalm = found.length === 0 && blind.length === 0;
  return [
    ...hiddenLines(view, count),
    ...(isCalm ? [calmLine(view, own, waiting)] : []),
    ...waitingLines(view, waiting),
  ];
};
