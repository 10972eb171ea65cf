import { ageText, durationText } from '../../../domain/duration.ts';
import { clockText } from '../../../domain/format.ts';
import type { SignalSpec } from '../../../domain/profile.ts';
import type { Row } from '../../../domain/snapshot.ts';
import { paneStateOf } from '../../model.ts';
import type { Line } from '../../text/run.ts';
import { levelWords } from '../../theme/glyphs.ts';
import type { EnvView, View } from '../../view.ts';
import { sparkOf } from '../matrix/spark.ts';
import { pastOf } from './past.ts';

const spanMs = 6 * 3_600_000;
const widest = 96;
/** Changes told one by one. */
const changesTold = 8;

export const showsHistory = (view: View): boolean => paneStateOf(view.ui, 'health').chosen?.history === 1;

/** A signal of the same source that measures how long this very check takes. */
const latencySpec = ({ facts }: EnvView, row: Row<'health'>): SignalSpec | undefined =>
  facts.frame.signals.find(
    ({ source, read }) =>
      source === row.fact.source && (read.latency === row.fact.service || read.latency === row.fact.instance),
  );

const latencyLines = (view: View, env: EnvView, row: Row<'health'>, cells: number): readonly Line[] => {
  const { pen, now } = view;
  const spec = latencySpec(env, row);
  if (spec === undefined) return [[pen.run('   latency  no signal here measures it', 'faint')]];
  const key = env.snapshot.signals.find(({ id }) => id === spec.id)?.key ?? spec.id;
  const line = sparkOf(spec, key, env.facts, { now, spanMs, cells, pen });
  return [[pen.run('   latency  ', 'faint'), pen.run(line), pen.run(`  ${spec.unit}`, 'faint')]];
};

/** How a row has stood over the last hours, in a line of levels, and what changed when. */
export const historyLines = (
  view: View,
  name: string,
  env: EnvView,
  rows: readonly Row<'health'>[],
): readonly Line[] => {
  const { pen, now, wallOffset, cockpit } = view;
  const [worst] = rows;
  if (worst === undefined) return [];
  const cells = Math.max(12, Math.min(widest, view.columns - 40));
  const isOwn = name === cockpit.open?.env;
  const past = pastOf(isOwn ? cockpit.journal : [], rows, {
    now,
    spanMs,
    steps: cells,
  });
  const strip = past.steps.map((level) =>
    level === undefined ? pen.run('·', 'stale') : pen.glyph(level, level),
  );
  const told = past.changes
    .slice(0, changesTold)
    .map(
      ({ at, level, change }): Line => [
        pen.run(`   ${clockText(at + wallOffset)}  `, 'faint'),
        pen.glyph(level, level),
        pen.run(` ${levelWords[level]}`, level),
        pen.run(`  ${change}  `),
        pen.run(`${ageText(now - at)} ago`, 'faint'),
      ],
    );
  const more = past.changes.length - changesTold;
  const none = isOwn
    ? 'no change was seen in this time'
    : `changes of ${name} are kept where it is open: e opens it`;
  return [
    [
      pen.run(`   level    `, 'faint'),
      ...strip,
      pen.run(`  last ${durationText(spanMs)}, · not known`, 'faint'),
    ],
    ...latencyLines(view, env, worst, cells),
    ...(told.length === 0 ? [[pen.run(`   ${none}`, 'faint')]] : told),
    ...(more > 0 ? [[pen.run(`   ${more} more, J shows them`, 'faint')]] : []),
  ];
};
