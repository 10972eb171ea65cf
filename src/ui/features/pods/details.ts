import { ageText } from '../../../domain/duration.ts';
import { bytes, count } from '../../../domain/format.ts';
import type { Row } from '../../../domain/snapshot.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { type WorkloadRow, wordOf } from './nodes.ts';
import { ownedBy, ownerOf } from './owner.ts';

/** Events and other notes of its source whose title names it, newest first as the source gives them. */
const notesOf = (view: View, { fact }: WorkloadRow): readonly string[] =>
  Object.values(view.own?.facts.feeds ?? {})
    .filter(({ feed }) => feed.kind === 'notes' && feed.source === fact.source)
    .flatMap((state) => state.known?.items ?? [])
    .flatMap((item) =>
      'title' in item && item.title.includes(fact.name) ? [`${item.title}: ${item.text}`] : [],
    );

/** When it was last proved: one that has not changed may be the fact of an earlier reading. */
const readAt = ({ own }: View, { row, fact }: WorkloadRow): number =>
  Math.max(fact.at, own?.facts.feeds[row.feed]?.known?.at ?? fact.at);

const used = (
  what: string,
  value: number | undefined,
  limit: number | undefined,
  text: (value: number | undefined) => string,
): string => `${what} ${text(value)} of ${limit === undefined ? 'no limit' : text(limit)}`;

const ready = ({ fact }: Row<'workloads'>): string =>
  fact.ready === undefined ? '' : ` ${fact.ready}/${fact.wanted ?? '–'} ready`;

const linkLine = ({ pen }: View, how: string, row: Row<'workloads'>): Line => [
  pen.run(`   ${how} `, 'faint'),
  pen.glyph(row.level, row.level),
  pen.run(` ${row.fact.kind} ${row.fact.name}`),
  pen.run(` ${wordOf(row)}${ready(row)}`, 'faint'),
];

/** Members of what is owned that are told one by one. */
const ownedTold = 8;

/** From what it belongs to up to the outermost that is read here, and what belongs to it. */
const linkLines = (view: View, { fact }: WorkloadRow): readonly Line[] => {
  const chain: Row<'workloads'>[] = [];
  let up = ownerOf(view, fact);
  while (up !== undefined && !chain.includes(up)) {
    chain.push(up);
    up = ownerOf(view, up.fact);
  }
  const owned = ownedBy(view, fact);
  const more = owned.length - ownedTold;
  const node = fact.node === '' ? [] : [[view.pen.run(`   on    ${fact.node}`, 'faint')]];
  return [
    ...chain.map((row) => linkLine(view, 'owner', row)),
    ...node,
    ...owned.slice(0, ownedTold).map((row) => linkLine(view, 'owns ', row)),
    ...(more > 0 ? [[view.pen.run(`   owns  ${more} more`, 'faint')]] : []),
  ];
};

/** What is under the cursor; opened: its limits, owners, what it owns, its events. */
export const podDetails = (view: View, row: WorkloadRow, opened: boolean): readonly Line[] => {
  const { pen, now } = view;
  const { fact } = row;
  const where = [fact.namespace, fact.owner, fact.node].filter((part) => part !== '').join(' · ');
  const head: Line = [
    pen.run(` ${fact.name}`, 'bold'),
    pen.run(`  ${fact.kind} · ${where} · ${fact.source}, ${ageText(now - readAt(view, row))} ago`, 'faint'),
  ];
  const why: readonly Line[] =
    fact.detail === undefined ? [] : [[pen.run(`   ${fact.status}: ${fact.detail}`, row.level)]];
  if (!opened) return [head, ...why];
  const resources = [
    used('cpu', fact.cpuCores, fact.cpuLimitCores, (value) => count(value, 3)),
    used('memory', fact.memoryBytes, fact.memoryLimitBytes, bytes),
    `restarts ${count(fact.restarts)}`,
  ];
  const notes = notesOf(view, row);
  return [
    head,
    ...why,
    [pen.run(`   ${resources.join(' · ')}`)],
    ...linkLines(view, row),
    ...(notes.length === 0
      ? [[pen.run('   no events read · d asks for them', 'faint')]]
      : notes.map((text): Line => [pen.run(`   ${text}`)])),
  ];
};
