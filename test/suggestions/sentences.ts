import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';

/** The sentences of all incidents a minute after their start, read by a person: a paragraph each, below its name. */
const table = new URL('sentences.md', import.meta.url);

const head = `# The situation of every incident, a minute after its start

Each sentence must be understandable for a person who does not know the system: what is broken, since when, what it affects. "All clear" stands where no source of
the profile reads the problem, or the incident has ended by itself; what the profile declares and no source reads is named with it. \`UPDATE_SENTENCES=1\` writes this
file; read what has changed.
`;

const parsed = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/^## (\S+)\n\n(.+)$/gm)].map(([, incident = '', sentence = '']) => [
      incident,
      sentence,
    ]),
  );

const formatted = (sentences: Readonly<Record<string, string>>): string =>
  `${head}${Object.entries(sentences)
    .map(([incident, sentence]) => `\n## ${incident}\n\n${sentence}\n`)
    .join('')}`;

/** Compares sentences with the table, for the incidents that were opened. */
export const expectSentences = async (said: Readonly<Record<string, string>>): Promise<void> => {
  const known = parsed(await readFile(table, 'utf8').catch(() => ''));
  if (process.env.UPDATE_SENTENCES === '1') return writeFile(table, formatted({ ...known, ...said }));
  const expected = Object.fromEntries(Object.keys(said).map((incident) => [incident, known[incident]]));
  expect(said).toEqual(expected);
};
