import type { LedgerRecord } from '../engine/ledger/entry.ts';
import { runEventBrief } from './run-lines.ts';

/** Markdown's own characters in a text from outside, told to be plain. */
const escaped = (text: string): string => text.replace(/[\\`*_[\]<>#|]/g, '\\$&');

const sectionOf = (records: readonly LedgerRecord[]): readonly string[] => {
  const [first] = records;
  if (first === undefined) return [];
  const planned = records.map((record) => record.entry).find((entry) => entry.event === 'planned');
  const ended = records.map((record) => record.entry).findLast((entry) => entry.event === 'ended');
  const title = planned === undefined ? first.entry.run : planned.proposal.title;
  return [
    `## ${escaped(title)}: ${ended === undefined ? 'not ended' : ended.ending}`,
    '',
    `${escaped(`${first.system}/${first.env}`)}, run ${first.entry.run}, by ${escaped(`${first.who}@${first.host}`)}`,
    '',
    '| time (UTC) | what |',
    '| --- | --- |',
    ...records.map(
      ({ at, entry }) => `| ${at.slice(0, 19).replace('T', ' ')} | ${escaped(runEventBrief(entry))} |`,
    ),
    '',
  ];
};

/** The runs of a ledger as a Markdown timeline, a table for each, in the order in which they began. */
export const timelineOf = (records: readonly LedgerRecord[]): string => {
  const runs = new Map<string, LedgerRecord[]>();
  for (const record of records) runs.set(record.entry.run, [...(runs.get(record.entry.run) ?? []), record]);
  const sections = [...runs.values()].flatMap(sectionOf);
  return ['# Timeline', '', ...(sections.length === 0 ? ['Nothing was run.'] : sections)]
    .join('\n')
    .trimEnd();
};
