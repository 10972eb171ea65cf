import { keyWordsOf, type RunbookQuestion, type SystemQuestions } from '../questions/question.ts';
import { runbookQuestions } from '../questions/questions.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => `\`${cell(text)}\``;

const keysCell = (keys: string): string =>
  keyWordsOf(keys)
    .map((word) => code('text' in word ? word.text : word.key))
    .join(' ');

const row = ({ question, section, keys, answer }: RunbookQuestion): string =>
  `| ${cell(question)} | ${cell(section)} | ${keysCell(keys)} | ${answer.map(code).join(', ')} |`;

const section = ({ env, title, questions }: SystemQuestions): readonly string[] => [
  `## ${title}`,
  '',
  `\`opsdeck --env ${env} --rehearse\``,
  '',
  '| question | section of the runbook | keys | the screen shows |',
  '| --- | --- | --- | --- |',
  ...questions.map(row),
  '',
];

/** docs/reference/questions.md, generated from the questions that the tests ask. */
export const questionsPage = (): string =>
  [
    '# Questions that the runbooks answer',
    '',
    'Questions of an on-call engineer, and the keys that answer them, from the first screen on. Generated from `scripts/questions` by',
    '`npm run docs`. `test/simulation/questions.test.ts` presses the keys.',
    '',
    ...runbookQuestions.flatMap(section),
  ].join('\n');
