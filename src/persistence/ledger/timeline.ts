import type { RunEvent } from '../../domain/run.ts';
import type { LedgerRecord } from './entry.ts';

import { code, listed } from './markdown.ts';
import { told } from './told.ts';

/** 2026-03-04T10:15:07.123Z → 10:15:07 */
const timeOf = (at: string): string => at.slice(11, 19);

/** The proofs of a reading that turned since the one before: a value that only moved is not news in a timeline. */
const turned = (entries: readonly RunEvent[]): readonly RunEvent[] => {
  let before: ReadonlyMap<string, string> = new Map();
  return entries.map((entry) => {
    if (entry.event !== 'verifying') return entry;
    const proofs = entry.proofs.filter(({ id, value }) => before.get(id) !== value);
    before = new Map(entry.proofs.map(({ id, value }) => [id, value]));
    return { ...entry, proofs };
  });
};

/** A run that the given records do not end. */
const unended = (records: readonly LedgerRecord[]): readonly string[] =>
  records.some(({ entry }) => entry.event === 'ended')
    ? []
    : ['- **NO ENDING** stands in these records: it goes on, or its process died'];

const section = (records: readonly LedgerRecord[]): readonly string[] => {
  const [first] = records;
  if (first === undefined) return [];
  const planned = records.map(({ entry }) => entry).find((entry) => entry.event === 'planned');
  const proposal = planned?.event === 'planned' ? planned.proposal : undefined;
  const params = Object.entries(proposal?.params ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return [
    `## ${first.at.slice(0, 10)} ${timeOf(first.at)} UTC · ${code(proposal?.title ?? 'a run')} in ${code(`${first.system}/${first.env}`)}`,
    '',
    `By ${code(first.who)} on ${code(first.host)}, run ${code(first.entry.run)}${proposal === undefined ? '' : `, runbook ${code(proposal.runbook)}, tier ${proposal.tier}`}${params.length === 0 ? '' : `, with ${listed(params)}`}${proposal?.undoes === undefined ? '' : `, undoing ${code(proposal.undoes)}`}.`,
    '',
    ...turned(records.map(({ entry }) => entry)).flatMap((entry, index) => {
      const line = told(entry);
      return line === undefined ? [] : [`- ${timeOf(records[index]?.at ?? '')} ${line}`];
    }),
    ...unended(records),
    '',
  ];
};

/** What was done, as Markdown: a section for each run, in the order in which the runs began; times are UTC. */
export const timeline = (records: readonly LedgerRecord[]): string => {
  const runs = Map.groupBy(records, ({ entry }) => entry.run);
  const sections = [...runs.values()].flatMap(section);
  return ['# Timeline', '', ...(sections.length === 0 ? ['Nothing was run.', ''] : sections)].join('\n');
};
