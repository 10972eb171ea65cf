import { expect, test } from 'vitest';
import {
  bytesOf,
  keyCountOf,
  keyWordsOf,
  type RunbookQuestion,
  typedText,
} from '../../scripts/questions/question.ts';
import { runbookQuestions } from '../../scripts/questions/questions.ts';
import { esc } from '../support/cockpit-verbs.ts';
import { everyNth, sampled } from '../support/layer.ts';
import { openCockpitIn, type SimulatedCockpit } from './cockpit.ts';
import { openSimulation } from './simulation.ts';

/** Most keys of a question, beside typed text. */
const mostKeys = 6;
/** Least letters of an answer: fewer may be on a screen by accident. */
const leastLetters = 7;

interface AskedQuestion extends RunbookQuestion {
  readonly env: string;
}

const asked = runbookQuestions.flatMap(({ env, questions }) =>
  questions.map((question): AskedQuestion => ({ env, ...question })),
);

test('every system has ten questions from all parts of its runbook, a third of them for a small terminal', () => {
  expect(runbookQuestions.map(({ questions }) => questions.length)).toEqual([10, 10, 10, 10, 10]);
  expect(asked.filter(({ size }) => size === '80x24').length).toBeGreaterThanOrEqual(asked.length / 3);
  for (const { env, questions } of runbookQuestions) {
    expect(new Set(questions.map(({ section }) => section)).size, env).toBeGreaterThanOrEqual(8);
    expect(new Set(questions.map(({ question }) => question)).size, env).toBe(questions.length);
  }
});

test('a question needs few keys, and its answer is not typed', () => {
  for (const { question, keys, answer } of asked) {
    expect(keyCountOf(keys), question).toBeLessThanOrEqual(mostKeys);
    for (const text of answer) {
      expect(text.length, question).toBeGreaterThanOrEqual(leastLetters);
      expect(typedText(keys).toLowerCase(), question).not.toContain(text.toLowerCase());
    }
  }
});

/** The screen as one text, without frames and repeated blanks, so that wrapped text is found. */
const flatText = (screen: readonly string[]): string =>
  screen.join(' ').replaceAll(/[\s│║┃▌─═╭╮╰╯╔╗╚╝]+/g, ' ');

/** Removes filters, opened rows and cards, one with each key, and goes back to the overview. */
const goBack = async ({ pty, simulation }: SimulatedCockpit): Promise<void> => {
  for (let presses = 0; presses < mostKeys; presses++) {
    pty.press(esc);
    await simulation.wait(100);
  }
  await pty.until((screen) => /1 Health.*2 Threshold matrix/s.test(screen.join('\n')), 'the overview');
};

const answers = async (cockpit: SimulatedCockpit, { question, keys, answer }: AskedQuestion) => {
  const before = flatText(cockpit.pty.screen());
  for (const text of answer) expect(before, question).not.toContain(text);
  await cockpit.keys(...keyWordsOf(keys).flatMap(bytesOf));
  await cockpit.pty.until(
    (screen) => answer.every((text) => flatText(screen).includes(text)),
    `${question} ${keys}: ${answer.join(' and ')}`,
  );
};

const groups = [
  ...Map.groupBy(sampled(asked, everyNth(asked.length)), ({ env, size }) => `${env} at ${size}`).entries(),
].map(([title, questions]) => ({ title, questions }));

test.each(groups)('the keys answer the questions about $title', async ({ questions }) => {
  const [first] = questions;
  const [columns = 0, rows = 0] = first?.size.split('x').map(Number) ?? [];
  await using simulation = openSimulation();
  const args = ['--env', first?.env ?? '', '--rehearse'];
  await using cockpit = await openCockpitIn(simulation, args, [columns, rows]);
  await cockpit.sees(/All clear/);
  for (const [index, question] of questions.entries()) {
    if (index > 0) await goBack(cockpit);
    await answers(cockpit, question);
  }
});
