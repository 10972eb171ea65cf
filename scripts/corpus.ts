/**
 * `npm run corpus [-- --differences]`: reads the corpus of log layouts (`test/logs/corpus`), and prints how many levels, times, messages,
 * loggers and folds are right, by family. With `--differences` also every value that is not.
 */
import { parseArgs } from 'node:util';
import { type FamilyScore, measureCorpus, type Part, sumOf } from '../test/logs/corpus/measure.ts';
import { corpusLines, corpusStreams } from '../test/logs/corpus/read-corpus.ts';

const { differences } = parseArgs({ options: { differences: { type: 'boolean', default: false } } }).values;

const lines = corpusLines();
const streams = corpusStreams();
const scores = measureCorpus(lines, streams);
const all = sumOf(scores);

const parts: readonly Part[] = ['level', 'time', 'message', 'logger', 'folding'];

const cell = ({ right, total }: FamilyScore, part: Part): string =>
  total[part] === 0 ? '' : `${right[part]}/${total[part]}`;

const share = (part: Part): string => `${((100 * all.right[part]) / all.total[part]).toFixed(1)} %`;

const rows = [
  ['family', 'layouts', ...parts],
  ...[...scores, all].map((score) => [
    score.family,
    String(score.layouts),
    ...parts.map((part) => cell(score, part)),
  ]),
  ['', '', ...parts.map(share)],
];
const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
for (const row of rows)
  console.log(
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
console.log(`${lines.length} lines, ${streams.length} streams`);

if (differences)
  for (const { part, layout, text, expected, actual } of all.differences)
    console.log(`\n${layout} · ${part}\n  ${text}\n  right:   ${expected}\n  opsdeck: ${actual}`);
